"""The quiz engine and its question banks. It imports `sim`; `sim` never imports it."""
