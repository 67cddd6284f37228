"""Folders of the checkout that tests look into."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
