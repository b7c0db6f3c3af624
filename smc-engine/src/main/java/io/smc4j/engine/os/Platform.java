package io.smc4j.engine.os;

import java.util.Locale;

/** What differs between the processor architectures this package knows. */
enum Platform {

    X86_64(12, 4, 202, 0x10000, 0x20000),
    AARCH64(16, 8, 98, 0x4000, 0x8000);

    private final int epollEventSize;
    private final int epollDataOffset;
    private final int futexNumber;
    private final int directory;
    private final int noFollow;

    Platform(int epollEventSize, int epollDataOffset, int futexNumber, int directory, int noFollow) {
        this.epollEventSize = epollEventSize;
        this.epollDataOffset = epollDataOffset;
        this.futexNumber = futexNumber;
        this.directory = directory;
        this.noFollow = noFollow;
    }

    /** The platform with an {@code os.arch}; {@code null} if none. */
    static Platform of(String architecture) {
        return switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> null;
        };
    }

    /** The platform of this process. */
    static Platform current() {
        String architecture = System.getProperty("os.arch");
        Platform platform = of(architecture);
        if (platform == null) {
            throw new UnsupportedOperationException("unsupported architecture " + architecture);
        }
        return platform;
    }

    /** Bytes of a {@code struct epoll_event}: packed on x86_64 only. */
    int epollEventSize() {
        return epollEventSize;
    }

    int epollDataOffset() {
        return epollDataOffset;
    }

    /** The system call number of {@code futex}, which no C library exports. */
    int futexNumber() {
        return futexNumber;
    }

    /** {@code O_DIRECTORY} of open(2). */
    int directory() {
        return directory;
    }

    /** {@code O_NOFOLLOW} of open(2). */
    int noFollow() {
        return noFollow;
    }
}
