package io.smc4j.spring.boot.autoconfigure.reactor;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.NetworkChannel;
import java.util.Map;

/**
 * A channel's configuration that also takes the options of Netty's native transports, see {@link NativeOptions}.
 * Everything else it leaves to the configuration that the channel has. It changes nothing about when a channel reads:
 * that is why it forwards and does not extend Netty's own.
 *
 * @param <C> the kind of configuration
 */
@SuppressWarnings("deprecation")
abstract class ForwardingChannelConfig<C extends ChannelConfig> implements ChannelConfig {

    private final C target;
    private final NetworkChannel socket;

    ForwardingChannelConfig(C target, NetworkChannel socket) {
        this.target = target;
        this.socket = socket;
    }

    C target() {
        return target;
    }

    abstract C self();

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return target.getOptions();
    }

    @Override
    public boolean setOptions(Map<ChannelOption<?>, ?> options) {
        boolean all = true;
        for (Map.Entry<ChannelOption<?>, ?> option : options.entrySet()) {
            all &= setUnchecked(option.getKey(), option.getValue());
        }
        return all;
    }

    @SuppressWarnings("unchecked")
    private <T> boolean setUnchecked(ChannelOption<T> option, Object value) {
        return setOption(option, (T) value);
    }

    @Override
    public <T> T getOption(ChannelOption<T> option) {
        return NativeOptions.isNative(option) ? NativeOptions.get(socket, option) : target.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        return NativeOptions.isNative(option) ? NativeOptions.set(socket, option, value)
                : target.setOption(option, value);
    }

    @Override
    public int getConnectTimeoutMillis() {
        return target.getConnectTimeoutMillis();
    }

    @Override
    public C setConnectTimeoutMillis(int millis) {
        target.setConnectTimeoutMillis(millis);
        return self();
    }

    @Override
    public int getMaxMessagesPerRead() {
        return target.getMaxMessagesPerRead();
    }

    @Override
    public C setMaxMessagesPerRead(int messages) {
        target.setMaxMessagesPerRead(messages);
        return self();
    }

    @Override
    public int getWriteSpinCount() {
        return target.getWriteSpinCount();
    }

    @Override
    public C setWriteSpinCount(int count) {
        target.setWriteSpinCount(count);
        return self();
    }

    @Override
    public ByteBufAllocator getAllocator() {
        return target.getAllocator();
    }

    @Override
    public C setAllocator(ByteBufAllocator allocator) {
        target.setAllocator(allocator);
        return self();
    }

    @Override
    public <T extends RecvByteBufAllocator> T getRecvByteBufAllocator() {
        return target.getRecvByteBufAllocator();
    }

    @Override
    public C setRecvByteBufAllocator(RecvByteBufAllocator allocator) {
        target.setRecvByteBufAllocator(allocator);
        return self();
    }

    @Override
    public boolean isAutoRead() {
        return target.isAutoRead();
    }

    @Override
    public C setAutoRead(boolean autoRead) {
        target.setAutoRead(autoRead);
        return self();
    }

    @Override
    public boolean isAutoClose() {
        return target.isAutoClose();
    }

    @Override
    public C setAutoClose(boolean autoClose) {
        target.setAutoClose(autoClose);
        return self();
    }

    @Override
    public int getWriteBufferHighWaterMark() {
        return target.getWriteBufferHighWaterMark();
    }

    @Override
    public C setWriteBufferHighWaterMark(int bytes) {
        target.setWriteBufferHighWaterMark(bytes);
        return self();
    }

    @Override
    public int getWriteBufferLowWaterMark() {
        return target.getWriteBufferLowWaterMark();
    }

    @Override
    public C setWriteBufferLowWaterMark(int bytes) {
        target.setWriteBufferLowWaterMark(bytes);
        return self();
    }

    @Override
    public MessageSizeEstimator getMessageSizeEstimator() {
        return target.getMessageSizeEstimator();
    }

    @Override
    public C setMessageSizeEstimator(MessageSizeEstimator estimator) {
        target.setMessageSizeEstimator(estimator);
        return self();
    }

    @Override
    public WriteBufferWaterMark getWriteBufferWaterMark() {
        return target.getWriteBufferWaterMark();
    }

    @Override
    public C setWriteBufferWaterMark(WriteBufferWaterMark mark) {
        target.setWriteBufferWaterMark(mark);
        return self();
    }
}
