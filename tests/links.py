"""Links of a page, read as a browser reads them."""


def address(link):
    """Where a link leads; in a picture within the site it is told by the older of two attributes."""
    return link.get("href") or link["xlink:href"]


def addresses(part):
    return [address(link) for link in part.find_all("a")]
