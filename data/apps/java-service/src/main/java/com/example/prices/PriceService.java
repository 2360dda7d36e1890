package com.example.prices;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers prices with value added tax: {@code GET /gross?net=100.00} gives {@code 119.00}. */
public final class PriceService {

    private static final BigDecimal VAT = new BigDecimal("0.19");

    private PriceService() {}

    /** The gross price of a net price, rounded half up to cents. */
    public static BigDecimal gross(BigDecimal net) {
        if (net.signum() < 0) {
            throw new IllegalArgumentException("a price is not negative: " + net);
        }
        return net.add(net.multiply(VAT)).setScale(2, RoundingMode.HALF_UP);
    }

    /** The service, listening on that port; 0 takes a free one. */
    public static HttpServer start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/gross", PriceService::answer);
        server.createContext("/health", exchange -> send(exchange, 200, "ok"));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        try {
            if (query == null || !query.startsWith("net=")) {
                throw new IllegalArgumentException("ask with ?net=100.00");
            }
            send(exchange, 200, gross(new BigDecimal(query.substring("net=".length()))).toPlainString());
        } catch (NumberFormatException error) {
            send(exchange, 400, "net is not a number");
        } catch (IllegalArgumentException error) {
            send(exchange, 400, error.getMessage());
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    public static void main(String[] arguments) throws IOException {
        String port = System.getenv().getOrDefault("PORT", "8080");
        start(Integer.parseInt(port));
        System.out.println("listening on port " + port);
    }
}
