package io.smc4j.samples.quickstart.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.springframework.stereotype.Component;

/** Works out what an order costs: ten or more of an article are a tenth cheaper, tax comes on top. */
@Component
class Pricing {

    private static final int BULK_QUANTITY = 10;
    private static final BigDecimal BULK_FACTOR = new BigDecimal("0.90");
    private static final BigDecimal TAX_RATE = new BigDecimal("0.20");

    private final ProductRepository products;

    Pricing(ProductRepository products) {
        this.products = products;
    }

    Quote quote(Order order) {
        List<Quote.Line> lines = order.lines().stream().map(this::price).toList();
        BigDecimal net = lines.stream().map(Quote.Line::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal tax = cents(net.multiply(TAX_RATE));
        return new Quote(order.id(), order.customer(), lines, net, tax, net.add(tax));
    }

    private Quote.Line price(Order.Line line) {
        Product product = products.findBySku(line.sku()).orElseThrow(() -> new UnknownProductException(line.sku()));
        BigDecimal amount = product.price().multiply(BigDecimal.valueOf(line.quantity()));
        if (line.quantity() >= BULK_QUANTITY) {
            amount = amount.multiply(BULK_FACTOR);
        }
        return new Quote.Line(product.sku(), product.name(), line.quantity(), product.price(), cents(amount));
    }

    private static BigDecimal cents(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_UP);
    }
}
