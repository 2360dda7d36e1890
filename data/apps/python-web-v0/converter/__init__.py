"""A service that converts temperatures."""

from flask import Flask, jsonify

__version__ = "1.0.0"


def fahrenheit(celsius: float) -> float:
    """Degrees Fahrenheit of degrees Celsius."""
    return round(celsius * 9 / 5 + 32, 2)


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/fahrenheit/<float(signed=True):celsius>")
    def convert(celsius: float):
        return jsonify(celsius=celsius, fahrenheit=fahrenheit(celsius))

    @app.get("/health")
    def health():
        return jsonify(status="ok", version=__version__)

    return app
