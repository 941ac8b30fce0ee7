#include <fmt/format.h>

#include <ostream>
#include <variant>

#include "language/number_text.hpp"
#include "language/utf8.hpp"
#include "notes.hpp"
#include "result.hpp"
#include "table.hpp"

namespace seegrad::cli {
namespace {

// A longer table is not read from end to end.
constexpr std::size_t most_rows = 200;
constexpr std::size_t widest_operation = 60;

// A row of the table: a node, or a name that has no node of its own.
using subject = std::variant<node_id, const recording::extra*>;

class nodes_table {
 public:
  nodes_table(const recording& r, const options& o) : r_(r), g_(r.record()), o_(o) {}

  auto print(std::ostream& out) -> void {
    list();
    const auto all = subjects_.size();
    if (!o_.all) shorten();
    for (const auto& s : subjects_) std::visit([this](auto what) { add(what); }, s);
    out << rows_.text(o_.colour);
    if (all > subjects_.size())
      out << fmt::format("({} of {} rows are left out; --all shows them)\n", all - subjects_.size(), all);
  }

 private:
  // Constants stand in the operations that use them, and have no gradient.
  auto list() -> void {
    auto extra = r_.extras().begin();
    for (node_id k = 0; k <= g_.size(); ++k) {
      for (; extra != r_.extras().end() && extra->before <= k; ++extra) subjects_.emplace_back(&*extra);
      if (k < g_.size() && !g_.is_constant(k)) subjects_.emplace_back(k);
    }
  }

  // First goes what has no name, then the middle.
  auto shorten() -> void {
    if (subjects_.size() <= most_rows) return;
    std::erase_if(subjects_, [this](const subject& s) {
      return std::holds_alternative<node_id>(s) && !r_.has_own_name(std::get<node_id>(s));
    });
    if (subjects_.size() <= most_rows) return;
    constexpr auto half = static_cast<std::ptrdiff_t>(most_rows / 2);
    subjects_.erase(subjects_.begin() + half, subjects_.end() - half);
  }

  auto add(node_id k) -> void {
    const bool leads = g_.state(k) == adjoint_state::number;
    const auto slope = g_.adjoint(k);
    const auto how = !leads || slope == 0 ? style::faint : slope < 0 ? style::negative : style::positive;
    rows_.row({{r_.label(k), r_.has_own_name(k) ? style::strong : style::plain},
               {shortened(written_out(r_, k, o_.digits), widest_operation), g_.op(k) ? style::plain : style::faint},
               {number_text(g_.value(k), o_.digits)},
               {leads ? number_text(slope, o_.digits) : "no path", how}});
  }

  auto add(const recording::extra* e) -> void {
    const bool constant = e->value.is_constant();
    const auto k = constant ? 0 : g_.id(e->value.ref(), "table");
    rows_.row({{std::string(e->name), style::strong},
               {constant ? "constant" : r_.label(k), style::faint},
               {number_text(e->value.value(), o_.digits)},
               {constant ? "" : number_text(g_.adjoint(k), o_.digits)}});
  }

  const recording& r_;
  const graph& g_;
  const options& o_;
  std::vector<subject> subjects_;
  table rows_{{"node", "operation", "value", "gradient"}, {table::left, table::left, table::decimal, table::decimal}};
};

auto print_hessian(const result& x, const options& o, std::ostream& out) -> void {
  const auto names = x.r.input_names();
  std::vector<std::string> heads{""};
  std::vector<table::alignment> columns{table::left};
  for (const auto name : names) heads.emplace_back(name), columns.push_back(table::decimal);
  table t(heads, columns);
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<table::cell> row{{std::string(names[i]), style::strong}};
    for (std::size_t j = 0; j < names.size(); ++j) row.push_back({number_text((*x.hessian)(i, j), o.digits)});
    t.row(std::move(row));
  }
  out << fmt::format("\nsecond derivatives of {}\n", x.r.output_name()) << t.text(o.colour);
}

}  // namespace

auto print_text(const result& x, const options& o, std::ostream& out) -> void {
  const auto& y = x.r.output();
  const bool nothing = y.is_constant() && x.r.inputs().empty();
  if (!nothing || x.r.extras().size() > 1) nodes_table(x.r, o).print(out);
  if (y.is_constant())
    out << fmt::format("{} = {}, a constant: {}, so there is nothing to differentiate\n", x.r.output_name(),
                       number_text(y.value(), o.digits), nothing ? "there are no inputs" : "it does not depend on the inputs");
  for (const auto& d : x.derivations) out << "\n" << text_of(d, x.r, o.digits);
  if (x.rounding) out << x.rounding->text() << "\n";
  for (const auto& n : x.notes) out << "note: " << n << "\n";
  if (x.hessian && !x.r.inputs().empty()) print_hessian(x, o, out);
  if (x.check) {
    const auto report = x.check->text();
    out << "\n" << report << (report.ends_with('\n') ? "" : "\n");
  }
  if (!x.claims.empty()) out << "\n";
  for (const auto& c : x.claims)
    out << styled(sentence(c, x.r.output_name(), o.digits), c.right ? style::good : style::bad, o.colour) << "\n";
}

}  // namespace seegrad::cli
