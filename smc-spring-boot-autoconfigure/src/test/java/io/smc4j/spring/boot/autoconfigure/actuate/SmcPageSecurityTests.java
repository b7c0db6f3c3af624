package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.ChromiumBrowser;
import io.smc4j.spring.boot.autoconfigure.testsupport.NginxProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository;

/** The page of an application with Spring Boot's starter for Spring Security, also behind a real proxy. */
class SmcPageSecurityTests {

    private ConfigurableApplicationContext context;
    private ChromiumBrowser browser;
    private String origin;

    @BeforeEach
    void open() {
        assumeTrue(ChromiumBrowser.isInstalled(), "needs Chromium (Debian's chromium and chromium-driver)");
        browser = ChromiumBrowser.open();
    }

    @AfterEach
    void nobodyElseWasAsked() {
        try {
            assertThat(browser.requests()).isNotEmpty().allMatch((url) ->
                    url.replaceFirst("//.*@", "//").startsWith(origin));
        } finally {
            browser.close();
            context.close();
        }
    }

    @Test
    void behindAProxyWithAPrefixAndALogin(@TempDir Path directory) throws Exception {
        assumeTrue(NginxProcess.isInstalled(), "needs nginx");
        int server = start(StubApplication.class, "server.forward-headers-strategy=framework",
                "spring.security.user.name=ops", "spring.security.user.password=secret");
        try (NginxProcess nginx = NginxProcess.before(server, "/apps/shop/", directory)) {
            origin = "http://localhost:" + nginx.port() + "/";
            browser.get(origin + "apps/shop/actuator/smc");
            browser.element("[name=username]").sendKeys("ops");
            browser.element("[name=password]").sendKeys("secret");
            browser.element("button").click();
            await().untilAsserted(() -> assertThat(browser.run("return location.pathname"))
                    .isEqualTo("/apps/shop/actuator/smc"));
            // The page for the login has no icon.
            browser.complaints();
            addsAndRemovesARule();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void byThePasswordOfEachRequest() {
        origin = "http://localhost:" + start(Roles.class) + "/";
        browser.get(as("admin"));
        addsAndRemovesARule();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoMayOnlyLookIsToldSo() {
        origin = "http://localhost:" + start(Roles.class) + "/";
        browser.get(as("viewer"));
        awaitText("#state", "on");
        addRule();
        await().untilAsserted(() -> assertThat(browser.text("#policy-said")).contains("status 403", "lack the right"));
        assertThat(rules()).isEmpty();
        assertThat(browser.complaints()).hasSize(1).allMatch((line) -> line.contains("status of 403"));
    }

    @Test
    void withATokenInACookie() {
        origin = "http://localhost:" + start(Cookies.class) + "/";
        browser.get(as("admin"));
        addsAndRemovesARule();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void inAReactiveApplication() {
        origin = "http://localhost:" + start(WebApplicationType.REACTIVE, ReactiveRoles.class) + "/";
        browser.get(as("admin"));
        addsAndRemovesARule();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void inAReactiveApplicationWithATokenInACookie() {
        origin = "http://localhost:" + start(WebApplicationType.REACTIVE, ReactiveCookies.class,
                "management.endpoints.web.base-path=/manage") + "/";
        browser.get(as("admin").replace("actuator", "manage"));
        addsAndRemovesARule();
        assertThat(browser.complaints()).isEmpty();
    }

    /** As from a page of somebody else, or from one that is open since before the session. */
    @Test
    void nothingIsChangedWithoutTheToken() {
        origin = "http://localhost:" + start(Roles.class) + "/";
        browser.get(as("admin"));
        awaitText("#state", "on");
        browser.run("document.querySelector('meta[name=csrf-token]').remove()");
        addRule();
        await().untilAsserted(() -> assertThat(browser.text("#policy-said")).contains("load this page anew"));
        assertThat(rules()).isEmpty();
    }

    private String as(String user) {
        return origin.replace("//", "//" + user + ":secret@") + "actuator/smc";
    }

    private void addsAndRemovesARule() {
        awaitText("#state", "on");
        addRule();
        awaitText("#policy-said", "The rule is in force.");
        assertThat(rules()).hasSize(1);
        browser.element("#policy td button").click();
        awaitText("#policy td button", "Really?");
        browser.element("#policy td button").click();
        await().untilAsserted(() -> assertThat(browser.text("#policy-said")).endsWith("is removed."));
        assertThat(rules()).isEmpty();
    }

    private void addRule() {
        browser.element("#rule-form [name=port]").sendKeys("8080");
        browser.element("#rule-form button").click();
    }

    private List<?> rules() {
        return context.getBean(StubSmcRuntime.class).policyTable().rules();
    }

    private void awaitText(String css, String text) {
        await().untilAsserted(() -> assertThat(browser.text(css)).isEqualTo(text));
    }

    /** Returns the port. */
    private int start(Class<?> application, String... settings) {
        return start(WebApplicationType.SERVLET, application, settings);
    }

    private int start(WebApplicationType type, Class<?> application, String... settings) {
        context = new SpringApplicationBuilder(application).web(type).run(Stream.concat(
                Stream.of("--server.port=0", "--management.endpoints.web.exposure.include=smc",
                        "--spring.autoconfigure.exclude="),
                Stream.of(settings).map((setting) -> "--" + setting)).toArray(String[]::new));
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class Roles extends StubApplication {

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("admin").password("{noop}secret").roles("VIEWER", "ADMIN").build(),
                    User.withUsername("viewer").password("{noop}secret").roles("VIEWER").build());
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests((requests) -> requests
                    .requestMatchers(HttpMethod.GET).hasRole("VIEWER").anyRequest().hasRole("ADMIN"))
                    .httpBasic(Customizer.withDefaults()).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Cookies extends Roles {

        @Override
        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            http.csrf((csrf) -> csrf.csrfTokenRepository(CookieCsrfTokenRepository.withHttpOnlyFalse()));
            return super.chain(http);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ReactiveRoles extends StubApplication {

        @Bean
        NettyReactiveWebServerFactory server() {
            return new NettyReactiveWebServerFactory();
        }

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(
                    User.withUsername("admin").password("{noop}secret").roles("ADMIN").build());
        }

        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http) {
            return http.authorizeExchange((requests) -> requests.anyExchange().hasRole("ADMIN"))
                    .httpBasic(Customizer.withDefaults()).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ReactiveCookies extends ReactiveRoles {

        @Override
        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http) {
            return super.chain(http.csrf((csrf) -> csrf.csrfTokenRepository(
                    CookieServerCsrfTokenRepository.withHttpOnlyFalse())));
        }
    }
}
