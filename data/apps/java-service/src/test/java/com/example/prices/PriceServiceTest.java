package com.example.prices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class PriceServiceTest {

    @Test
    void addsValueAddedTax() {
        assertEquals(new BigDecimal("119.00"), PriceService.gross(new BigDecimal("100")));
    }

    @Test
    void roundsHalfUpToCents() {
        assertEquals(new BigDecimal("0.06"), PriceService.gross(new BigDecimal("0.05")));
    }

    @Test
    void refusesNegativePrices() {
        assertThrows(IllegalArgumentException.class, () -> PriceService.gross(new BigDecimal("-1")));
    }

    @Test
    void answersOverHttp() throws Exception {
        HttpServer server = PriceService.start(0);
        try {
            assertEquals("119.00\n", get(server, "/gross?net=100.00").body());
            assertEquals(400, get(server, "/gross?net=much").statusCode());
            assertEquals(200, get(server, "/health").statusCode());
        } finally {
            server.stop(0);
        }
    }

    private static HttpResponse<String> get(HttpServer server, String path) throws Exception {
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
