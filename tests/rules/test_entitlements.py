"""Who is entitled to what: editions, Champions, the Hub, the product asked about (E)."""

import pytest

from pscli.models.addons import AddonProduct, Edition, HeldEdition
from pscli.models.people import AdminRole, ChampionLevel, Product
from pscli.problems import InvalidValue, NotAllowed, NotEntitled, StateForbids
from pscli.rules.entitlements import (
    Entitlement,
    check_hub,
    entitlement_for,
    has_hub,
    product_asked,
)

from .people import POLICY, held, someone

NOT_DASH = [product for product in Product if product is not Product.DASH]


def covers(
    product: Product,
    editions: list[HeldEdition],
    champion: ChampionLevel = ChampionLevel.NONE,
    *,
    member: bool = False,
) -> Entitlement | None:
    """What covers a question about a product."""
    return entitlement_for(
        product, editions, champion=champion, member=member, targets=POLICY.targets
    )


@pytest.mark.parametrize(("edition", "minutes"), [("essentials", 240), ("enhanced", 60)])
@pytest.mark.parametrize("product", list(AddonProduct))
def test_an_edition_promises_its_time(edition: str, minutes: int, product: AddonProduct) -> None:
    """E3: four hours with Essentials, one with Enhanced, for either product."""
    found = covers(Product(product), held(Edition(edition), product))
    assert found == Entitlement(name=edition, target_minutes=minutes, rules=("E3",))


@pytest.mark.parametrize("product", NOT_DASH)
def test_the_dropbox_add_on_covers_everything_but_dash(product: Product) -> None:
    """E1: paper, sign and the others are those of Dropbox, and the rule is named."""
    found = covers(product, held(Edition.ENHANCED))
    assert found is not None
    assert found.rules == (("E3",) if product is Product.DROPBOX else ("E1", "E3"))
    assert covers(product, held(Edition.ENHANCED, AddonProduct.DASH)) is None
    assert covers(Product.DASH, held(Edition.ENHANCED)) is None


def test_the_two_products_are_independent() -> None:
    """E1, E8: the target follows the add-on of the product asked about."""
    both = held(Edition.ESSENTIALS) + held(Edition.ENHANCED, AddonProduct.DASH)
    names = {product: covers(product, both) for product in (Product.DROPBOX, Product.DASH)}
    assert [each and each.name for each in names.values()] == ["essentials", "enhanced"]


def test_members_have_the_edition_of_their_team() -> None:
    """E2, E6: the same target, and the rule that says so."""
    found = covers(Product.DROPBOX, held(Edition.ENHANCED), member=True)
    assert found == Entitlement(name="enhanced", target_minutes=60, rules=("E3", "E6"))


@pytest.mark.parametrize(("level", "minutes"), [("champion", None), ("grand", 240), ("epic", 60)])
@pytest.mark.parametrize("member", [False, True])
def test_champions_are_entitled_themselves(level: str, minutes: int | None, member: bool) -> None:
    """E7: grand four hours, epic one, champion no stated time; not for Dash."""
    champion = ChampionLevel(level)
    expected = Entitlement(name=level, target_minutes=minutes, rules=("E7",))
    assert covers(Product.DROPBOX, [], champion, member=member) == expected
    assert covers(Product.PAPER, [], champion, member=member) == expected
    assert covers(Product.DASH, [], champion, member=member) is None


@pytest.mark.parametrize(
    ("level", "edition", "better"),
    [
        ("champion", "essentials", "essentials"),
        ("champion", "enhanced", "enhanced"),
        ("grand", "essentials", "essentials"),
        ("grand", "enhanced", "enhanced"),
        ("epic", "essentials", "epic"),
        ("epic", "enhanced", "enhanced"),
    ],
)
def test_a_champion_has_the_better_of_the_two(level: str, edition: str, better: str) -> None:
    """E7: also where one of them states no time; the team's where they are alike."""
    found = covers(Product.DROPBOX, held(Edition(edition)), ChampionLevel(level))
    assert found is not None
    assert found.name == better


def test_without_an_add_on_nothing_is_promised() -> None:
    """E9: there is no entitlement."""
    assert covers(Product.DROPBOX, []) is None


@pytest.mark.parametrize("role", list(AdminRole))
@pytest.mark.parametrize("product", list(AddonProduct))
def test_the_hub_is_open_to_every_admin_role(role: AdminRole, product: AddonProduct) -> None:
    """E8: with the add-on of either product, and with none of them it is closed."""
    check_hub(someone(role=role), held(Edition.ESSENTIALS, product))
    with pytest.raises(NotEntitled) as refusal:
        check_hub(someone(role=role), [])
    assert "pscli billing addon list" in (refusal.value.hint or "")


@pytest.mark.parametrize("level", list(ChampionLevel))
def test_members_have_no_hub(level: ChampionLevel) -> None:
    """E6, E7: Champions neither, and the refusal names the route that is open to them."""
    with pytest.raises(NotAllowed) as refusal:
        check_hub(someone(champion=level), held(Edition.ENHANCED))
    assert "pscli contact requests list" in (refusal.value.hint or "")


@pytest.mark.parametrize("role", list(AdminRole))
def test_a_champions_hub_is_for_role_team(role: AdminRole) -> None:
    """E7, E8: without an add-on of the team."""
    champion = someone(role=role, champion=ChampionLevel.GRAND)
    assert has_hub(champion, []) is (role is AdminRole.TEAM)


def test_owners_of_both_must_say_which_product() -> None:
    """E10: and nobody else is asked."""
    with pytest.raises(InvalidValue) as refusal:
        product_asked(someone(products=[Product.DROPBOX, Product.DASH, Product.SIGN]), None)
    assert (refusal.value.field, refusal.value.exit_code) == ("product", 2)
    assert product_asked(someone(products=[Product.DROPBOX, Product.SIGN]), None) == "dropbox"


def test_a_product_must_be_owned() -> None:
    """T1, E10: others that the team owns are optional values, the rest is refused."""
    signing = someone(products=[Product.DROPBOX, Product.SIGN])
    assert product_asked(signing, Product.SIGN) is Product.SIGN
    with pytest.raises(StateForbids) as refusal:
        product_asked(signing, Product.PAPER)
    assert refusal.value.exit_code == 6
