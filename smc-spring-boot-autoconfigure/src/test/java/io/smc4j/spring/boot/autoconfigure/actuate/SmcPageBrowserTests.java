package io.smc4j.spring.boot.autoconfigure.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.smc4j.engine.Smc;
import io.smc4j.engine.SmcConfig;
import io.smc4j.engine.SmcMode;
import io.smc4j.engine.SmcPolicy;
import io.smc4j.engine.SmcSnapshot;
import io.smc4j.engine.SmcSnapshot.Connection;
import io.smc4j.engine.SmcSnapshot.LinkGroup;
import io.smc4j.engine.SmcSnapshot.LinkGroupType;
import io.smc4j.engine.SmcSnapshot.Smcr;
import io.smc4j.engine.SmcState;
import io.smc4j.spring.boot.autoconfigure.SmcRuntime;
import io.smc4j.spring.boot.autoconfigure.StubSmcRuntime;
import io.smc4j.spring.boot.autoconfigure.testsupport.ChromiumBrowser;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** The page as a browser shows it. Each test ends with a look at the console, and at who was asked. */
class SmcPageBrowserTests {

    private static final String SMCD_ROW = "#modes tbody tr:first-child td:nth-child(%d)";
    private static final String MARKUP = "<script>document.title='<img src=x>'</script>";

    private static ChromiumBrowser browser;

    private ConfigurableApplicationContext context;
    private String origin;

    @BeforeAll
    static void open() {
        assumeTrue(ChromiumBrowser.isInstalled(), "needs Chromium (Debian's chromium and chromium-driver)");
        browser = ChromiumBrowser.open();
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingIsWrongAndNobodyElseWasAsked() {
        try {
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests()).isNotEmpty().allMatch((url) -> url.startsWith(origin));
        } finally {
            browser.get("about:blank");
            browser.complaints();
            browser.requests();
            context.close();
        }
    }

    @Test
    void figuresChangeUnderLoadAndRulesComeAndGo() throws Exception {
        assumeTrue(Smc.isAvailable());
        start(Talking.class, "/actuator/smc", "smc.monitor.enabled=true", "smc.monitor.warn-at=70");
        Thread load = load();
        try {
            awaitText("#state", "on");
            await().untilAsserted(() -> assertThat(browser.text(SMCD_ROW.formatted(3))).endsWith("iB/s"));
            String sent = browser.text(SMCD_ROW.formatted(5));
            await().untilAsserted(() -> assertThat(browser.text(SMCD_ROW.formatted(5))).isNotEqualTo(sent));
            await().untilAsserted(() ->
                    assertThat(browser.element("#chart-sent path.SMCD").getDomAttribute("d")).contains("L"));
            assertThat(browser.text("#connection-table tbody")).contains("SMC-D", "ACTIVE");
            assertThat(browser.run("return document.querySelector('#resources meter').high")).isEqualTo(70L);
            addAndRemoveARule();
        } finally {
            load.interrupt();
            load.join();
        }
    }

    private void addAndRemoveARule() {
        browser.element("#rule-form [name=host]").sendKeys("*.example.com");
        browser.element("#rule-form [name=note]").sendKeys(MARKUP);
        browser.element("#rule-form button").click();
        awaitText("#policy-said", "The rule is in force.");
        assertThat(browser.text("#policy tbody")).contains("deny", "*.example.com", MARKUP);
        SmcRuntime runtime = context.getBean(SmcRuntime.class);
        assertThat(runtime.policyTable().rules()).singleElement()
                .satisfies((rule) -> assertThat(rule.rule().action()).isEqualTo(SmcPolicy.Action.DENY));
        assertThat(browser.element("#rule-form [name=host]").getDomProperty("value")).isEmpty();
        browser.element("#policy td button").click();
        awaitText("#policy td button", "Really?");
        assertThat(runtime.policyTable().rules()).hasSize(1);
        browser.element("#policy td button").click();
        await().untilAsserted(() -> assertThat(browser.text("#policy-said")).endsWith("is removed."));
        assertThat(browser.text("#policy tbody")).isEmpty();
        assertThat(runtime.policyTable().rules()).isEmpty();
    }

    @Test
    void tellsWhyARuleIsRefused() {
        start(StubApplication.class, "/actuator/smc");
        awaitText("#state", "on");
        browser.element("#rule-form [name=cidr]").sendKeys("10.0.0.0/33");
        browser.element("#rule-form button").click();
        await().untilAsserted(() -> assertThat(browser.text("#policy-said")).contains("10.0.0.0/33"));
        assertThat(browser.element("#rule-form [name=cidr]").getDomProperty("value")).isEqualTo("10.0.0.0/33");
        assertThat(browser.complaints()).allMatch((line) -> line.contains("status of 400"));
    }

    @Test
    void whatPeersSayStaysText() {
        start(Hostile.class, "/actuator/smc");
        await().untilAsserted(() -> assertThat(browser.text("#groups tbody")).contains(MARKUP, "\"><b>EID"));
        assertThat(browser.text("#connection-table tbody")).contains(MARKUP + ":80");
        assertThat(browser.run("return document.title")).isEqualTo("SMC");
        assertThat(browser.count("main script, main img, main b")).isZero();
    }

    @Test
    void isHiddenWhatIsNotPermitted() {
        start(StubApplication.class, "/actuator/smc", "management.endpoint.smc.access=read-only");
        awaitText("#state", "on");
        assertThat(browser.element("#rule-form").isDisplayed()).isFalse();
    }

    @Test
    void tellsThatSmcIsOff() {
        start(Off.class, "/actuator/smc", "smc.enabled=false");
        awaitText("#state", "off");
        assertThat(browser.text("#off")).contains("smc.enabled is false");
        assertThat(browser.element("#rule-form").isDisplayed()).isFalse();
    }

    @Test
    void fitsNarrowScreensAndDarkRooms() {
        start(Hostile.class, "/actuator/smc");
        awaitText("#state", "on");
        browser.colorScheme("light");
        String light = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
        try {
            browser.width(360);
            browser.colorScheme("dark");
            assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
            assertThat(browser.run("return getComputedStyle(document.body).backgroundColor")).isNotEqualTo(light);
        } finally {
            browser.width(1280);
            browser.colorScheme("light");
        }
    }

    @Test
    void findsAndSortsAmongThousands() {
        start(Thousands.class, "/actuator/smc");
        awaitText("#found", "1 to 50 of 10,000");
        assertThat(browser.count("#connection-table tbody tr")).isEqualTo(50);
        browser.element("#next").click();
        awaitText("#found", "51 to 100 of 10,000");
        browser.run("document.querySelectorAll('#connection-table th')[8].querySelector('button').click()");
        awaitText("#connection-table tbody tr td", "1");
        browser.run("document.querySelectorAll('#connection-table th')[8].querySelector('button').click()");
        awaitText("#connection-table tbody tr td", "10000");
        assertThat(browser.element("#connection-table th:nth-child(9)").getDomAttribute("aria-sort"))
                .isEqualTo("descending");
        browser.element("#search").sendKeys("10.0.3.7:");
        awaitText("#found", "1 found of 10,000");
        awaitText("#found-live", "1 found of 10,000 connections");
        assertThat(browser.count("#connection-table tbody tr")).isEqualTo(1);
    }

    @Test
    void standsSpringSecurityAndAContextPath() {
        start(Guarded.class, "/shop/manage/net/smc-d", "server.servlet.context-path=/shop",
                "management.endpoints.web.base-path=/manage", "management.endpoints.web.path-mapping.smc=net/smc-d");
        awaitText("#state", "on");
        browser.element("#rule-form [name=port]").sendKeys("8080");
        browser.element("#rule-form button").click();
        awaitText("#policy-said", "The rule is in force.");
    }

    @Test
    void tellsThatTheApplicationIsGoneAndGoesOn() {
        start(StubApplication.class, "/actuator/smc");
        awaitText("#state", "on");
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        context.close();
        await().untilAsserted(() -> assertThat(browser.text("#trouble")).startsWith("The application does not answer"));
        run(StubApplication.class, port);
        awaitText("#trouble", "");
        assertThat(browser.complaints()).allMatch((line) -> line.contains("net::ERR_"));
    }

    @Test
    void ratesAreNeverAbsurd() {
        start(StubApplication.class, "/actuator/smc");
        awaitText("#state", "on");
        assertThat(browser.run("""
                const history = new RateHistory();
                const report = (gid, millis, sent) => ({gid, monotonicMillis: millis, bytes: {
                  SMCD: {sent, received: 0}, SMCR: {sent: 0, received: 0}, TCP: {sent: 0, received: 0}}});
                const seen = [];
                [['a', 1000, 5000], ['a', 2000, 7000], ['a', 2001, 9e15], ['a', 3000, 1], ['a', 4000, 11],
                  ['a', 4000 - 5000, 21], ['b', 5000, 9e15], ['b', 6000, 9e15], ['b', 9e9, 9.1e15]]
                  .forEach(([gid, millis, sent], i) => {
                    history.add(report(gid, millis, sent), 1000 * i);
                    seen.push(history.current() ? history.current().SMCD.sent : null);
                  });
                return JSON.stringify(seen)""")).isEqualTo("[null,2000,2000,null,10,null,null,0,null]");
    }

    private static void awaitText(String css, String text) {
        await().untilAsserted(() -> assertThat(browser.text(css)).isEqualTo(text));
    }

    private void start(Class<?> application, String path, String... settings) {
        run(application, "0", settings);
        origin = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + "/";
        browser.get(origin + path.substring(1));
        // The interval is the page's own.
        browser.run("""
                document.getElementById('interval').value = '1000';
                document.getElementById('interval').dispatchEvent(new Event('change'))""");
    }

    private void run(Class<?> application, String port, String... settings) {
        context = new SpringApplicationBuilder(application).web(WebApplicationType.SERVLET).run(Stream.concat(
                Stream.of("--server.port=" + port, "--management.endpoints.web.exposure.include=smc"),
                Stream.of(settings).map((setting) -> "--" + setting)).toArray(String[]::new));
    }

    private Thread load() {
        RestClient client = context.getBean(RestClient.Builder.class).build();
        String url = origin + "payload";
        Thread thread = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                assertThat(client.get().uri(url).retrieve().body(byte[].class)).hasSize(Talking.PAYLOAD.length);
            }
        });
        thread.setUncaughtExceptionHandler((interrupted, end) -> { });
        thread.start();
        return thread;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Talking {

        private static final byte[] PAYLOAD = new byte[65536];

        @GetMapping("/payload")
        byte[] payload() {
            return PAYLOAD;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Off {
    }

    @Configuration(proxyBeanMethods = false)
    static class Guarded extends StubApplication {

        @Bean
        FilterRegistrationBean<CsrfFilter> csrf() {
            CsrfFilter filter = new CsrfFilter(CookieCsrfTokenRepository.withHttpOnlyFalse());
            filter.setRequestHandler(new CsrfTokenRequestAttributeHandler());
            return new FilterRegistrationBean<>(filter);
        }

        @Bean
        FilterRegistrationBean<HeaderWriterFilter> headers() {
            return new FilterRegistrationBean<>(new HeaderWriterFilter(List.of(
                    new ContentSecurityPolicyHeaderWriter("default-src 'self'; object-src 'none'"),
                    new XContentTypeOptionsHeaderWriter())));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Hostile {

        @Bean
        StubSmcRuntime stub() {
            return new StubSmcRuntime(SmcConfig.defaults(), with(
                    List.of(Connection.builder(1, SmcSnapshot.Role.CLIENT, Instant.EPOCH)
                            .addresses(null, InetSocketAddress.createUnresolved(MARKUP, 80)).build()),
                    List.of(new LinkGroup(1, SmcMode.SMCR, SmcSnapshot.Role.CLIENT, "0".repeat(32), 0, 1, 0,
                            new Smcr(2, LinkGroupType.SINGLE, "\"><b>EID", MARKUP, 255, List.of())))));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Thousands {

        @Bean
        StubSmcRuntime stub() {
            List<Connection> connections = new ArrayList<>();
            for (int i = 1; i <= 10_000; i++) {
                connections.add(Connection.builder(i, SmcSnapshot.Role.SERVER, Instant.EPOCH.plusSeconds(i))
                        .addresses(new InetSocketAddress("10.0.0.1", 8080),
                                new InetSocketAddress("10.0." + i / 100 + "." + i % 100, 40000))
                        .mode(SmcMode.SMCD, SmcState.ACTIVE).traffic(1000L * i, i).linkGroup(1, 0).build());
            }
            return new StubSmcRuntime(SmcConfig.defaults(), with(connections, List.of()));
        }
    }

    private static SmcSnapshot with(List<Connection> connections, List<LinkGroup> groups) {
        SmcSnapshot sample = StubSmcRuntime.sample();
        return new SmcSnapshot(sample.gid(), connections, groups, sample.handshakes(), sample.fallbacks(),
                sample.bytes(), sample.resources(), sample.sharedMemory(), sample.rdma(), sample.learnedListeners(),
                sample.statistics(), sample.monitor());
    }
}
