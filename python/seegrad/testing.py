"""For tests of code that is differentiated.

    from seegrad.testing import assert_gradients

    def test_my_loss():
        assert_gradients(my_loss, np.ones((3, 2)), 0.5)

With pytest there is a fixture of that name as well, without an import, and what fails shows the table of the checker.
"""

from typing import Any, Callable

from . import _seegrad


def assert_gradients(
    f: Callable[..., Any], *args: Any, tolerance: float = 1e-6, second_order: bool = False, allow_untested: bool = False, **options: Any
) -> "_seegrad.check_report":
    """Raises AssertionError, with the checker's table, unless every derivative of f at args is right: each operation's, and the gradient as a whole.

    What no method measures well enough (NOISY) or nothing can be measured of (UNTESTED) is no agreement, and fails too, unless allow_untested
    says otherwise. A point where there is no derivative (KINK) passes if the slope is one that can be asked for.
    """
    report = _seegrad.check(f, *args, tolerance=tolerance, second_order=second_order, **options)
    undecided = report.count("NOISY") + report.count("UNTESTED")
    if not report.passed or (undecided and not allow_untested):
        raise AssertionError(str(report))
    return report
