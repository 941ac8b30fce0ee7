// Graphs, scopes, and what records and what does not.

#include "bind.hpp"
#include <autodiff/see/memory.hpp>
#include <fmt/format.h>

namespace seegrad::python {
namespace {

auto text_of(const graph& g) -> std::string {
  return fmt::format("graph of {} node{}{}", g.size(), g.size() == 1 ? "" : "s", is_open(g) ? "" : ", closed");
}

/// A block of C++ that begins with __enter__ and ends with __exit__.
template <class Block>
class block {
 public:
  auto enter(auto&&... with) -> void {
    if (block_) throw py::value_error("this block has been entered already");
    block_ = std::make_unique<Block>(std::forward<decltype(with)>(with)...);
  }
  auto exit() -> void { block_.reset(); }

 private:
  std::unique_ptr<Block> block_;
};

struct scope_block : block<scope> {
  std::string name;
  bool is_function;
};

/// Rewinds the graph where it was entered.
struct rewind_block {
  std::optional<graph::mark_t> at = {};
  shared_graph of = {};
};

auto node_text(const graph& g, node_id k) -> std::string {
  const auto* op = g.op(k);
  return op ? std::string(op->name) : g.is_input(k) ? "input" : "constant";
}

}  // namespace

auto bind_graph(py::module_& m) -> void {
  py::class_<graph, shared_graph>(m, "graph", R"(The record of what is computed from here on, on this thread.

It records until the block `with graph():` ends, or close() is called, or neither it nor a scalar or tensor of it is left. Of several that
are open the innermost records. What a closed one has recorded can still be read, differentiated, checked and drawn.)")
      .def(py::init([](bool guards, bool shapes_only) {
             if (guards && shapes_only)
               throw py::value_error("graph: guards are asked of values, and a graph of shapes has none");
             return guards ? make_graph(with_guards) : shapes_only ? make_graph(seegrad::shapes_only) : make_graph();
           }),
           py::kw_only(), py::arg("guards") = false, py::arg("shapes_only") = false)
      .def("__enter__", [](shared_graph g) { return open(*g), g; })
      .def("__exit__", [](const graph& g, const py::args&) { close(g); })
      .def("close", &close, "Records no more. What was recorded stays as long as something refers to it.")
      .def("open", &open, "Records again, as the innermost graph of this thread.")
      .def_property_readonly("is_open", &is_open)
      .def("__len__", &graph::size)
      .def("__bool__", [](const graph&) { return true; })
      .def("__repr__", &text_of)
      .def(
          "operation",
          [](const graph& g, node_id k) {
            if (k >= g.size()) throw py::index_error(fmt::format("graph: node {} of {}", k, g.size()));
            return node_text(g, k);
          },
          py::arg("node"), "What node number `node` does: the name of an operation, \"input\" or \"constant\".")
      .def(
          "operands",
          [](const graph& g, node_id k) {
            if (k >= g.size()) throw py::index_error(fmt::format("graph: node {} of {}", k, g.size()));
            std::vector<node_id> all;
            for (const auto o : g.operands(k)) all.push_back(o);
            return all;
          },
          py::arg("node"), "The numbers of the nodes that it is computed from.")
      .def(
          "name",
          [](const graph& g, node_id k) {
            return k < g.size() ? std::string(g.name(k)) : throw py::index_error("graph: no such node");
          },
          py::arg("node"), "Its name, \"\" if it has none.")
      .def(
          "memory", [](const graph& g) { return seegrad::memory(g).text(); },
          "How many bytes the record, the arrays and the adjoints take.");

  py::class_<scope_block>(
      m, "scope", "with scope(\"layer1\"): what is recorded in the block belongs to that part of the graph, as pictures draw it.")
      .def(py::init([](std::string name, bool function) {
             return scope_block{{}, std::move(name), function};
           }),
           py::arg("name"), py::kw_only(), py::arg("function") = false)
      .def("__enter__", [](scope_block& s) { s.enter(s.name, s.is_function ? scope_kind::function : scope_kind::part); })
      .def("__exit__", [](scope_block& s, const py::args&) { s.exit(); });

  py::class_<block<seegrad::no_record>>(m, "no_record",
                                        "with no_record(): operations compute and are not recorded; their results are constants.")
      .def(py::init<>())
      .def("__enter__", [](block<seegrad::no_record>& b) { b.enter(); })
      .def("__exit__", [](block<seegrad::no_record>& b, const py::args&) { b.exit(); });
  m.attr("no_grad") = m.attr("no_record");

  py::class_<rewind_block>(
      m, "rewind_scope",
      "with rewind_scope(): takes the active graph back to where it was when the block ends, so that a loop uses the same memory.")
      .def(py::init<>())
      .def("__enter__",
           [](rewind_block& b) {
             b.of = home();
             if (!b.of)
               throw py::value_error(
                   "rewind_scope: there is no graph on this thread; make one first, as in `with seegrad.graph():`");
             b.at = b.of->mark();
           })
      .def("__exit__", [](rewind_block& b, const py::args&) {
        if (b.at) b.of->release(*b.at);
        b = {};
      });

  m.def(
      "active_graph",
      [] {
        auto g = home();
        if (!g) static_cast<void>(graph::active());
        return g;
      },
      "The graph that records on this thread. Throws if there is none.");
  m.def("is_recording", &graph::is_recording,
        "Whether operations are recorded here: a graph is open, and no_record is not in force.");
}

}  // namespace seegrad::python
