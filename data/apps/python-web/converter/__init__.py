"""A service that converts temperatures."""

from flask import Flask, abort, jsonify

__version__ = "2.0.0"

ABSOLUTE_ZERO_C = -273.15


def fahrenheit(celsius: float) -> float:
    """Degrees Fahrenheit of degrees Celsius. Raises ValueError below absolute zero."""
    if not celsius >= ABSOLUTE_ZERO_C:
        raise ValueError(f"{celsius} °C is below absolute zero")
    return round(celsius * 9 / 5 + 32, 2)


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/fahrenheit/<celsius>")
    def convert(celsius: str):
        try:
            degrees = float(celsius)
            return jsonify(celsius=degrees, fahrenheit=fahrenheit(degrees))
        except ValueError as error:
            abort(400, str(error))

    @app.get("/health")
    def health():
        return jsonify(status="ok", version=__version__)

    return app
