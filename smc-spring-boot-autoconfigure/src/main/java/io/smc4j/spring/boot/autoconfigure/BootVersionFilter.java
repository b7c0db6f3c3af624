package io.smc4j.spring.boot.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Lets our auto-configurations in only with versions of Spring Boot that they are made for. With any other, the
 * application stays on TCP and the log says so once. Runs before their classes are read, which another version may not
 * survive.
 */
class BootVersionFilter implements AutoConfigurationImportFilter, EnvironmentAware, BeanFactoryAware {

    private static final Log logger = LogFactory.getLog(BootVersionFilter.class);

    private static final List<String> SUPPORTED = List.of("3.4", "3.5", "4.0", "4.1");
    private static final Pattern LINE = Pattern.compile("(\\d+\\.\\d+)\\..*");
    private static final String OURS = BootVersionFilter.class.getPackageName() + ".";
    private static final String FIRST = OURS + "SmcAutoConfiguration";
    private static final String FOR_BOOT_4 = OURS + "boot4.SmcTomcat4AutoConfiguration";
    private static final String TOLD = OURS + "bootVersionTold";

    private final String version;
    private Environment environment;
    private BeanFactory beans;

    BootVersionFilter() {
        this(Objects.requireNonNullElse(SpringBootVersion.getVersion(), "of an unknown version"));
    }

    BootVersionFilter(String version) {
        this.version = version;
    }

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beans = beanFactory;
    }

    @Override
    public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
        boolean[] matches = new boolean[classes.length];
        String objection = objection();
        for (int i = 0; i < classes.length; i++) {
            matches[i] = objection == null || classes[i] == null || !classes[i].startsWith(OURS);
        }
        if (objection != null && Arrays.asList(classes).contains(FIRST)) {
            tell(objection);
        }
        return matches;
    }

    /** What to say if they stay out, or {@code null}. */
    private String objection() {
        Matcher line = LINE.matcher(version);
        if (!line.matches() || !SUPPORTED.contains(line.group(1))) {
            return off("and smc4j supports " + supported());
        }
        if (line.group(1).startsWith("4.") && !ClassUtils.isPresent(FOR_BOOT_4, getClass().getClassLoader())) {
            return off("for which smc-spring-boot4-autoconfigure is missing; depend on smc-spring-boot-starter, which"
                    + " brings it. smc4j supports " + supported());
        }
        String agent = AgentVersion.objection();
        return agent == null ? null : "The starter leaves SMC to the Java agent: " + agent;
    }

    private String off(String cause) {
        return "SMC is off: Spring Boot is " + version + ", " + cause + "; HTTP stays on TCP";
    }

    static String supported() {
        int last = SUPPORTED.size() - 1;
        return String.join(", ", SUPPORTED.subList(0, last)) + " and " + SUPPORTED.get(last);
    }

    /** Once for an application, though it may have several contexts; not where nobody wants SMC. */
    private void tell(String objection) {
        if (environment != null && "false".equalsIgnoreCase(environment.getProperty("smc.enabled"))) {
            return;
        }
        if (beans instanceof ConfigurableBeanFactory factory) {
            if (factory.containsBean(TOLD)) {
                return;
            }
            factory.registerSingleton(TOLD, objection);
        }
        logger.warn(objection);
    }
}
