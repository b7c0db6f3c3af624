/**
 * What stands in for the engine in tests: channels, sockets and selectors that are foreign to the JDK's, as the
 * engine's are, and count what goes through them. As the JDK's selector refuses such channels, and the stand-in's event
 * loops are the only ones given, traffic that is counted was carried by the hook under test.
 */
package io.smc4j.spring.boot.autoconfigure.testsupport;
