"""The fixture assert_gradients, for pytest."""

from typing import Any, Callable

import pytest


@pytest.fixture(name="assert_gradients")
def _assert_gradients() -> Callable[..., Any]:
    """assert_gradients(f, *args): see seegrad.testing."""
    from .testing import assert_gradients

    return assert_gradients
