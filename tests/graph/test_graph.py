import os
import subprocess
import sys
from fractions import Fraction

import networkx as nx
import pytest

from graphgen.errors import GraphgenError, SourceError
from graphgen.graph.builder import GraphBuilder
from graphgen.graph.graph import ComputationalGraph
from graphgen.graph.node import Node
from graphgen.graph.numbers import decimal_text, is_terminating
from graphgen.language.parser import parse
from graphgen.ops.table import OPS

FAN_OUT = "b = 3\na = 2\nunused = b - 1\narea = a * a\ny = area * b + 1.5"


def network_of(nodes, edges=()):
    network = nx.MultiDiGraph()
    for id, attributes in nodes.items():
        network.add_node(id, **attributes)
    for operand, id, position in edges:
        network.add_edge(operand, id, key=position, operand=position)
    return network


def named(name, **attributes):
    return {"name": name, **attributes}


X = {"x": named("x", value=Fraction(3))}
XY = {**X, "y": named("y")}


def add(*edges):
    return network_of({**XY, "z": named("z", op="add")}, edges)


def with_edge(network, *edge, **attributes):
    network.add_edge(*edge, **attributes)
    return network


REFUSED = {
    "not a multigraph": (nx.DiGraph(), "x", "the network is a DiGraph; give a networkx.MultiDiGraph"),
    "cycle": (
        network_of(
            {"a": named("a", op="negate"), "b": named("b", op="negate")}, [("a", "b", 0), ("b", "a", 0)]
        ),
        "a",
        "the graph has a cycle; a value cannot depend on itself",
    ),
    "self-loop": (
        network_of({"a": named("a", op="negate")}, [("a", "a", 0)]),
        "a",
        "the graph has a cycle; a value cannot depend on itself",
    ),
    "empty": (network_of({}), "y", "the output 'y' is not a node of the graph"),
    "no output": (network_of(X), "y", "the output 'y' is not a node of the graph"),
    "unknown op": (
        network_of({**X, "z": named("z", op="conv")}, [("x", "z", 0)]),
        "z",
        "node 'z' has the unknown op 'conv'",
    ),
    "function with the name of an op": (
        network_of({**X, "z": named("z", op="exp", abstract=True)}, [("x", "z", 0)]),
        "z",
        "node 'z' has the unknown op 'exp'",
    ),
    "function with the name of a value": (
        network_of({**X, "z": named("z", op="x", abstract=True)}, [("x", "z", 0)]),
        "z",
        "node 'z' has the unknown op 'x'",
    ),
    "function of nothing": (
        network_of({"z": named("z", op="f", abstract=True)}),
        "z",
        "node 'z' has the unknown op 'f'",
    ),
    "missing operand": (
        add(("x", "z", 0)),
        "z",
        "node 'z' (add) has operands at [0]; it needs them at [0, 1]",
    ),
    "two operands at one position": (
        add(("x", "z", 0), ("y", "z", 0)),
        "z",
        "node 'z' (add) has operands at [0, 0]; it needs them at [0, 1]",
    ),
    "two operands of a unary op": (
        network_of({**XY, "z": named("z", op="exp")}, [("x", "z", 0), ("y", "z", 0)]),
        "z",
        "node 'z' (exp) has operands at [0, 0]; it needs them at [0]",
    ),
    "positions from 1": (
        add(("x", "z", 1), ("y", "z", 2)),
        "z",
        "node 'z' (add) has operands at [1, 2]; it needs them at [0, 1]",
    ),
    "keys of two kinds": (
        add(("x", "z", 0), ("y", "z", "right")),
        "z",
        "node 'z' (add) has operands at [0, 'right']; it needs them at [0, 1]",
    ),
    "key without its attribute": (
        with_edge(add(("x", "z", 0)), "y", "z", 1),
        "z",
        "node 'z' has an edge with the key 1 and the operand None; both are the position of the operand",
    ),
    "operand of an input": (
        network_of(XY, [("x", "y", 0)]),
        "y",
        "node 'y' (no op) has operands at [0]; it takes none",
    ),
    "no meaning": (
        network_of({"x": {}}),
        "x",
        "node 'x' has no meaning; give it an op, a name (an input) or a value",
    ),
    "float": (
        network_of({"x": named("x", value=0.1)}),
        "x",
        "node 'x' has the value '0.1'; give a fractions.Fraction, which is exact, tuples of them, "
        "or a read-only NumPy array",
    ),
    "value of an operation": (
        network_of({**X, "y": named("y", op="exp", value=Fraction(1))}, [("x", "y", 0)]),
        "y",
        "node 'y' has the value '1'; an operation has none",
    ),
    "id not a string": (network_of({1: named("x")}), 1, "the id 1 is of the type int; ids are strings"),
}


@pytest.mark.parametrize(("network", "output", "message"), REFUSED.values(), ids=REFUSED)
def test_a_network_that_is_no_computation_is_refused(network, output, message):
    with pytest.raises(GraphgenError) as caught:
        ComputationalGraph(network, output)
    assert str(caught.value) == message


def test_a_refused_network_can_still_be_mended():
    network = add(("x", "z", 0))
    with pytest.raises(GraphgenError):
        ComputationalGraph(network, "z")
    network.add_edge("y", "z", key=1, operand=1)
    assert ComputationalGraph(network, "z")["z"].operands == ("x", "y")


def test_a_graph_built_by_hand_is_the_one_that_is_parsed():
    nodes = {
        "x": named("x", value=Fraction(3), label="side"),
        "c1": {"value": Fraction(3, 2)},
        "v1": {"op": "subtract"},
        "y": named("y", op="multiply"),
    }
    edges = [("c1", "v1", 0), ("x", "v1", 1), ("v1", "y", 0), ("v1", "y", 1)]
    # The order of the edges says nothing: positions do.
    network = network_of(nodes, reversed(edges))
    graph = ComputationalGraph(network, "y")
    assert graph.source() == "x = 3  # side\nv1 = 1.5 - x\ny = v1 * v1\n"
    assert graph.edges == tuple(edges)
    assert graph.source() == parse("x = 3 # side\nv1 = 1.5 - x\ny = v1 * v1").source()


@pytest.mark.parametrize(
    "change",
    [
        lambda network: network.add_node("new"),
        lambda network: network.add_edge("a", "b"),
        lambda network: network.remove_node("y"),
        lambda network: network.remove_edge("a", "area"),
        lambda network: network.clear(),
    ],
    ids=["add node", "add edge", "remove node", "remove edge", "clear"],
)
def test_a_graph_is_frozen(change):
    with pytest.raises(nx.NetworkXError, match="Frozen graph can't be modified"):
        change(parse(FAN_OUT).network)


def test_what_a_graph_tells_of_itself():
    graph = parse(FAN_OUT)
    assert graph.ids == ("b", "a", "c1", "unused", "area", "v1", "c2", "y")
    assert graph.output == "y"
    assert len(graph) == 8
    assert "area" in graph
    assert "z" not in graph
    assert [node.id for node in graph] == list(graph.ids)
    assert [graph.ids[index] for index in graph.index.values()] == list(graph.ids)
    assert [node.id for node in graph.inputs] == ["b", "a"]
    assert graph.edges == (
        ("b", "unused", 0),
        ("c1", "unused", 1),
        ("a", "area", 0),
        ("a", "area", 1),
        ("area", "v1", 0),
        ("b", "v1", 1),
        ("v1", "y", 0),
        ("c2", "y", 1),
    )
    assert graph.uses["a"] == (("a", "area", 0), ("a", "area", 1))
    assert graph.uses["b"] == (("b", "unused", 0), ("b", "v1", 1))
    assert graph.uses["y"] == ()
    assert graph.on_path == {"b", "a", "area", "v1", "c2", "y"}
    assert graph.varies == (True, True, False, True, True, True, False, True)
    assert graph.operations[1] == (4, OPS["multiply"], (1, 1))
    assert repr(graph) == "<ComputationalGraph of 8 nodes, output 'y'>"
    with pytest.raises(KeyError):
        graph["z"]


@pytest.mark.parametrize(
    ("source", "symbolic"), [("y = x", True), ("x = 1\ny = x", False), ("x = 1\ny = x + z", True)], ids=repr
)
def test_a_graph_is_symbolic_where_an_input_has_no_number(source, symbolic):
    assert parse(source).is_symbolic is symbolic


@pytest.mark.parametrize(
    ("node", "kind", "source", "described"),
    [
        (Node("x", name="x", value=Fraction(11, 10)), "input", "1.1", "'x'"),
        (Node("x", name="x"), "symbolic input", "", "'x'"),
        (Node("c1", value=Fraction(-2)), "constant", "-2", "'c1'"),
        (Node("v1", op=OPS["exp"], operands=("x",)), "operation", "exp(x)", "'exp(x)'"),
        (Node("y", name="y", op=OPS["negate"], operands=("x",)), "operation", "-x", "'y' (-x)"),
        (parse("y = 1 / x")["y"], "operation", "c1 / x", "'y' (1 / x)"),
        (parse("y = x ** -2")["y"], "operation", "x ** c1", "'y' (x ** (-2))"),
        (parse("y = x + [1, 2]")["y"], "operation", "x + c1", "'y' (x + c1)"),
        (parse("y = x + 0.12345678901234567890")["y"], "operation", "x + c1", "'y' (x + c1)"),
    ],
    ids=[
        *("input", "symbolic", "constant", "operation", "named operation"),
        *("of a number", "of a negative number", "of an array", "of many digits"),
    ],
)
def test_what_a_node_tells_of_itself(node, kind, source, described):
    told = (node.is_input, node.is_symbolic_input, node.is_constant)
    assert told == (kind in ("input", "symbolic input"), kind == "symbolic input", kind == "constant")
    assert (node.source, node.described) == (source, described)


def test_the_order_is_topological_and_else_as_written():
    # Neither the names nor the order in which edges are added decide.
    nodes = {"z": named("z", op="add"), "b": named("b"), "a": named("a"), "m": named("m", op="exp")}
    network = network_of(nodes, [("a", "z", 1), ("m", "z", 0), ("b", "m", 0)])
    assert ComputationalGraph(network, "z").ids == ("b", "a", "m", "z")


def test_the_order_does_not_depend_on_the_hash_seed():
    script = (
        "from graphgen.language.parser import parse\n"
        f"graph = parse({FAN_OUT!r})\n"
        "print(graph.ids, graph.edges, list(graph.uses.items()), list(graph.network.edges), graph.source())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "42")
    }
    assert len(told) == 1
    assert "area" in told.pop()


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("y = (x + 1) * 2", "v1 = x + 1\ny = v1 * 2\n"),
        ("y = x * -2", "y = x * (-2)\n"),
        ("y = -2 ** x", "v1 = 2 ** x\ny = -v1\n"),
        ("y = (-2) ** x", "y = (-2) ** x\n"),
        ("y = 2 ** 3 ** x", "v1 = 3 ** x\ny = 2 ** v1\n"),
        ("y = max(x, .5)", "y = max(x, 0.5)\n"),
        ("y = x", "y = x\n"),
        ("x = -5", "x = -5\n"),
        ("y = x  #  two   words ", "y = x  # two words\n"),
    ],
    ids=lambda text: repr(text) if "\n" not in text else "",
)
def test_source_is_one_operation_a_line(written, source):
    assert parse(written).source() == source
    assert parse(source).source() == source


def test_source_writes_the_output_last():
    nodes = {
        **X,
        "y": named("y", op="exp"),
        "beside": named("beside", op="sin"),
        "after": named("after", op="add"),
    }
    edges = [("x", "y", 0), ("x", "beside", 0), ("y", "after", 0), ("beside", "after", 1)]
    source = ComputationalGraph(network_of(nodes, edges), "y").source()
    assert source == "x = 3\nbeside = sin(x)\ny = exp(x)\n"
    assert parse(source).output == "y"


def test_source_keeps_a_label_on_its_line():
    graph = ComputationalGraph(network_of({"x": named("x", value=Fraction(1), label="a\ny = 2\r\x0bb")}), "x")
    assert graph.source() == "x = 1  # a y = 2 b\n"


def test_source_writes_a_third_as_a_quotient():
    nodes = {**X, "third": {"value": Fraction(1, 3)}, "y": named("y", op="multiply")}
    graph = ComputationalGraph(network_of(nodes, [("x", "y", 0), ("third", "y", 1)]), "y")
    assert graph.source() == "x = 3\ny = x * (1 / 3)\n"
    assert parse(graph.source())["c1"].value == Fraction(1, 3)


@pytest.mark.parametrize(
    ("node", "quotient"),
    [
        (Node("c1", value=Fraction(1, 3)), "1/3"),
        (Node("c1", value=Fraction(-22, 7)), "−22/7"),
        (Node("c1", value=Fraction(12345, 12347)), ""),
        (Node("c1", value=Fraction(1, 2)), ""),
        (Node("c1", value=(Fraction(1, 3),)), ""),
        (Node("x", name="x", value=Fraction(1, 3)), ""),
        (Node("x", name="x"), ""),
    ],
    ids=["third", "negative", "long", "a decimal", "an array", "an input", "a symbol"],
)
def test_a_constant_that_is_no_decimal_is_a_short_quotient(node, quotient):
    assert node.quotient == quotient


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0", "0"),
        ("-5", "-5"),
        ("1.10", "1.1"),
        ("-0.05", "-0.05"),
        ("1/3", "1 / 3"),
        ("-22/7", "-22 / 7"),
        ("1/1024", "0.0009765625"),
        ("1e30", "1" + "0" * 30),
        ("1e-30", "0." + "0" * 29 + "1"),
    ],
)
def test_decimal_text(number, written):
    assert decimal_text(Fraction(number)) == written


@pytest.mark.parametrize(
    ("number", "terminates"), [("1/8", True), ("3/125", True), ("7", True), ("1/3", False), ("1/70", False)]
)
def test_a_number_terminates_where_only_2_and_5_divide_below(number, terminates):
    assert is_terminating(Fraction(number)) is terminates


def test_ids_are_dealt_around_the_names_that_authors_give():
    builder = GraphBuilder()
    x = builder.input("v1", Fraction(1))
    two = builder.constant(Fraction(2))
    product = builder.apply(OPS["multiply"], x, two)
    total = builder.apply(OPS["add"], product, product)
    builder.describe(total, name="c1")
    graph = builder.build(total)
    assert graph.ids == ("v1", "c2", "v2", "c1")
    assert graph.source() == "v1 = 1\nv2 = v1 * 2\nc1 = v2 + v2\n"


def test_two_values_of_one_name_are_refused():
    builder = GraphBuilder()
    x = builder.input("x", None)
    builder.describe(builder.apply(OPS["exp"], x), name="x")
    with pytest.raises(GraphgenError) as caught:
        builder.build(x)
    assert str(caught.value) == "2 values are named 'x'; give each its own name"


@pytest.mark.long
def test_a_chain_of_a_hundred_thousand_nodes():
    builder = GraphBuilder()
    node = builder.input("x", Fraction(1))
    for _ in range(99_999):
        node = builder.apply(OPS["sin"], node)
    graph = builder.build(node)
    assert graph.output == "v99999"
    assert len(graph.nodes) == len(graph.on_path) == len(graph.uses) == 100_000
    assert graph.edges[-1] == ("v99998", "v99999", 0)
    assert graph.source().endswith("\nv99999 = sin(v99998)\n")


LINKED = "x = 1  # [side](side.md) {0..2 step 0.5}\nw = 2  # [](w.md)\ny = x * w  # [area](../a.md#b)\n"


def test_the_source_of_a_graph_keeps_its_links():
    assert parse(LINKED).source() == LINKED
    assert parse(parse(LINKED).source()).nodes == parse(LINKED).nodes


def test_a_graph_with_a_link_that_is_not_safe_is_refused():
    network = nx.MultiDiGraph()
    network.add_node("x", name="x", value=Fraction(1), link="javascript:alert(1)")
    with pytest.raises(SourceError, match=r"^a label cannot link to 'javascript:alert\(1\)'; "):
        ComputationalGraph(network, "x")


def test_a_graph_in_the_making_knows_its_shapes():
    builder = GraphBuilder()
    x = builder.input("x", ((Fraction(1), Fraction(2)),))
    total = builder.apply(OPS["sum"], x, parameters=(("axis", 0),))
    assert (builder.shape(total), builder.shape(x)) == ((2,), (1, 2))
    wrong = builder.apply(OPS["matmul"], total, x)
    with pytest.raises(
        SourceError,
        match=r"^'sum\(x, axis=0\) @ x' does not fit the shapes: "
        r"sum\(x, axis=0\) is \(2,\), x is \(1, 2\); ",
    ):
        builder.shape(wrong)
