package io.smc4j.engine.nio;

import org.junit.jupiter.api.Nested;

/** A server that knows no SMC. */
class SmcToJdkTest {

    @Nested
    class Connecting extends ConnectContract {

        Connecting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Accepting extends AcceptContract {

        Accepting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Transferring extends TransferContract {

        Transferring() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Closing extends CloseContract {

        Closing() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Readiness extends ReadinessContract {

        Readiness() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Selecting extends SelectorContract {

        Selecting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Reporting extends SelectionContract {

        Reporting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Resetting extends ResetContract {

        Resetting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Addressing extends AddressContract {

        Addressing() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Urging extends UrgentDataContract {

        Urging() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Streaming extends SocketStreamContract {

        Streaming() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Scaling extends ScaleContract {

        Scaling() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Interrupting extends InterruptContract {

        Interrupting() {
            super(Pairing.SMC_TO_JDK);
        }
    }

    @Nested
    class Errors extends ErrorContract {

        Errors() {
            super(Pairing.SMC_TO_JDK);
        }
    }
}
