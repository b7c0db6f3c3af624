package io.smc4j.samples.quickstart.catalog;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.reactive.config.BlockingExecutionConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * Runs what returns no reactive type on the application's task executor: on an event loop all its connections would
 * wait.
 */
@Configuration
class BlockingCalls implements WebFluxConfigurer {

    private final AsyncTaskExecutor executor;

    BlockingCalls(@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor) {
        this.executor = executor;
    }

    @Override
    public void configureBlockingExecution(BlockingExecutionConfigurer configurer) {
        configurer.setExecutor(executor);
    }
}
