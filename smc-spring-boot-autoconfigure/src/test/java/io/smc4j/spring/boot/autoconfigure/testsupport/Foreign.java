package io.smc4j.spring.boot.autoconfigure.testsupport;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** A channel in front of a JDK channel. */
interface Foreign {

    SelectableChannel delegate();

    /** The JDK channel's key, which must be cancelled before that channel can become blocking. */
    void setDelegateKey(SelectionKey key);
}
