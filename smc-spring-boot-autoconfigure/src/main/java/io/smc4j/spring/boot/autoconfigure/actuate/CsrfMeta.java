package io.smc4j.spring.boot.autoconfigure.actuate;

import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.util.HtmlUtils;

/**
 * Tells a page what it must send with changes, where Spring Security protects the servlet request that is answered
 * against forged ones. A page of another origin can not read it.
 */
final class CsrfMeta {

    private static final boolean POSSIBLE = isPresent("org.springframework.security.web.csrf.CsrfToken")
            && isPresent("org.springframework.web.context.request.RequestContextHolder");

    private CsrfMeta() {
    }

    /** Elements for the head of a page; an empty text if there is no such protection. */
    static String elements() {
        return POSSIBLE ? Request.elements() : "";
    }

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, CsrfMeta.class.getClassLoader());
    }

    /** Loaded where all of it is present. */
    private static final class Request {

        static String elements() {
            RequestAttributes request = RequestContextHolder.getRequestAttributes();
            Object token = (request != null) ? request.getAttribute("_csrf", RequestAttributes.SCOPE_REQUEST) : null;
            return (token instanceof CsrfToken csrf)
                    ? element("csrf-header", csrf.getHeaderName()) + element("csrf-token", csrf.getToken()) : "";
        }

        private static String element(String name, String content) {
            return "<meta name=\"" + name + "\" content=\"" + HtmlUtils.htmlEscape(content) + "\">\n  ";
        }
    }
}
