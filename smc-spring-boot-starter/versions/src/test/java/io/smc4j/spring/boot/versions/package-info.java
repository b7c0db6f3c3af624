/** One application that is compiled and run with each version of Spring Boot. */
package io.smc4j.spring.boot.versions;
