"""The messages that the site shows of PyTorch and JAX are those that are given."""

import fault_page
import pytest
import yaml

GROUPS = yaml.safe_load(fault_page.FAULTS.read_text("utf-8"))
RECORDED = [fault for group in GROUPS for fault in group["faults"] if "says" in fault]


@pytest.mark.parametrize("fault", RECORDED, ids=[fault["says"][:60] for fault in RECORDED])
def test_a_message_on_the_site_is_what_is_said(fault):
    framework = "jax" if "import jax" in fault["python"] else "torch"
    pytest.importorskip(framework, reason=f"{framework}, whose messages the site shows, is not installed")
    assert fault_page.of_python(fault["python"]) == fault["says"]
