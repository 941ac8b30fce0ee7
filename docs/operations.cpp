// Writes docs/operations.md from the paragraphs, or, given --check FILE, says whether FILE is what would be written.

#include <autodiff/graph/operation.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/ops/table/functions.hpp>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

// A | would end the table's cell.
auto cell(std::string text) -> std::string {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return text;
}

auto code(const std::string& text) -> std::string { return "`" + cell(text) + "`"; }

auto bound(double x) -> std::string { return std::isinf(x) ? (x < 0 ? "-∞" : "∞") : fmt::format("{}", x); }

auto page() -> std::string {
  std::ostringstream out;
  out << "# The operations\n\n"
         "Made from the paragraphs in `autodiff/ops/` by `docs/operations.cpp`; a test keeps it current. x, or a, b and c, are the\n"
         "operands and y is the result. Every operation of the first table is a function of `scalar`, of dual numbers and of the\n"
         "command line, and of arrays and tensors, element by element with broadcasting.\n\n"
         "| operation | what it is | value | derivatives | domain |\n| --- | --- | --- | --- | --- |\n";
  for (const auto* op : seegrad::operations()) {
    std::string derivatives, domain;
    for (int i = 0; i < op->arity; ++i) {
      const auto letter = op->arity == 1 ? "x" : i == 0 ? "a" : i == 1 ? "b" : "c";
      derivatives += (i ? "<br>" : "") + code(fmt::format("d/d{} = {}", letter, op->formula(i)));
      const auto [low, high] = op->domain[static_cast<std::size_t>(i)];
      if (!std::isinf(low) || !std::isinf(high))
        domain += fmt::format("{}{} from {} to {}", domain.empty() ? "" : ", ", letter, bound(low), bound(high));
    }
    out << fmt::format("| `{}` | {} | {} | {} | {} |\n", op->name, cell(std::string(op->help)), code(op->formula(-1)),
                       derivatives, domain);
  }
  out << "\n## Operations on whole arrays\n\n"
         "Functions of `array` and `tensor`. *Linear* is an operation that is so in each operand while the others stay. Many more are\n"
         "made of these; the headers in `autodiff/ops/` have them.\n\n"
         "| operation | what it is | operands | linear |\n| --- | --- | --- | --- |\n";
  for (const auto* op : seegrad::structural_operations())
    out << fmt::format("| `{}` | {} | {} | {} |\n", op->name, cell(std::string(op->help)),
                       op->arity == seegrad::detail::any_number ? "any number" : fmt::format("{}", op->arity),
                       op->rule->linear ? "yes" : "");
  const seegrad::operation* const example[] = {seegrad::find_operation("softplus")};
  out << "\n## Operations as functions in C++\n\n"
         "The operations of the first table, and those of your own that are made like them, can be written as functions that need neither\n"
         "this library nor another, for a program that goes where no library can. `cpp_functions(ops)` has of each its value and its local\n"
         "derivatives, given the operands and the result, and the functions that these call. With doubles they compute what the library\n"
         "computes with numbers, to the last bit; digamma and polygamma, which the library has otherwise, to a few units in the last\n"
         "place, or of 1e-15 near a root, and polygamma of high orders to ten digits. How close these are to the truth is in\n"
         "[How accurate the operations are](accuracy.md). For `find_operation(\"softplus\")` it gives\n\n"
         "```cpp\n"
      << seegrad::cpp_functions(example)
      << "```\n\nA single expression is `op->cpp(i)`, of the value for i = -1. An operation whose value is a function of your own, which <cmath>\n"
         "does not have, says it in its paragraph as `cpp`, or `cpp_functions` throws.\n";
  return out.str();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    std::cout << page();
    return 0;
  }
  std::ifstream file(argc == 3 ? argv[2] : "");
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str() == page()) return 0;
  std::cerr
      << "docs/operations.md is not what the paragraphs say; write it anew with\n  build/docs/operations > docs/operations.md\n";
  return 1;
}
