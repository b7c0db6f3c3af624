/**
 * A JVM with CRaC as far as {@code org.crac} sees it, when its system property {@code org.crac.Core.Compat} names this
 * package. A checkpoint freezes nothing: resources are told of it, and of the restore.
 */
package io.smc4j.spring.boot.autoconfigure.crac;
