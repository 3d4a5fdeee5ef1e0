"""The messages that the site shows of PyTorch and JAX are those that are given."""

import fault_page
import pytest
from catalogues import catalogue

RECORDED = [fault for group in catalogue(fault_page.FAULTS) for fault in group["faults"] if "says" in fault]


@pytest.mark.parametrize("fault", RECORDED, ids=[fault["says"][:60] for fault in RECORDED])
def test_a_message_on_the_site_is_what_is_said(fault):
    framework = "jax" if "import jax" in fault["python"] else "torch"
    pytest.importorskip(framework, reason=f"{framework}, whose messages the site shows, is not installed")
    assert fault_page.of_python(fault["python"]) == fault["says"]
