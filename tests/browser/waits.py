"""Waiting by the page's own clock, which is late where the machine is busy, as what the page does is late."""


def pass_time(page, milliseconds):
    """Waits until every timer of the page that was to ring by then has rung."""
    page.evaluate("(milliseconds) => new Promise((done) => setTimeout(done, milliseconds))", milliseconds)
