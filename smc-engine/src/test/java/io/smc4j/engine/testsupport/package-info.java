/** What tests of several packages use. */
package io.smc4j.engine.testsupport;
