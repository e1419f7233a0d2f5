"""Letters of these tests are about anything; only tests of understanding train it."""

from tests.untrained import reads, untrained  # noqa: F401
