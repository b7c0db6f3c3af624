package io.smc4j.engine.nio;

import org.junit.jupiter.api.Nested;

/** A client that knows no SMC. */
class JdkToSmcTest {

    @Nested
    class Connecting extends ConnectContract {

        Connecting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Accepting extends AcceptContract {

        Accepting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Transferring extends TransferContract {

        Transferring() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Closing extends CloseContract {

        Closing() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Readiness extends ReadinessContract {

        Readiness() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Selecting extends SelectorContract {

        Selecting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Reporting extends SelectionContract {

        Reporting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Resetting extends ResetContract {

        Resetting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Addressing extends AddressContract {

        Addressing() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Urging extends UrgentDataContract {

        Urging() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Streaming extends SocketStreamContract {

        Streaming() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Scaling extends ScaleContract {

        Scaling() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Interrupting extends InterruptContract {

        Interrupting() {
            super(Pairing.JDK_TO_SMC);
        }
    }

    @Nested
    class Errors extends ErrorContract {

        Errors() {
            super(Pairing.JDK_TO_SMC);
        }
    }
}
