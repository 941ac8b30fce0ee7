#include <autodiff/ops/table/functions.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/ops/pointwise/cpp_source.hpp>
#include <cctype>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace seegrad {
namespace {

constexpr std::string_view who = "cpp_functions";

auto is_letter(char c) -> bool { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

auto has_word(std::string_view text, std::string_view word) -> bool {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto after = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (after == text.size() || !is_letter(text[after]))) return true;
  }
  return false;
}

class writer {
 public:
  auto put(const operation& op) -> void {
    if (!op.cpp)
      throw error(fmt::format("{}: {} is an operation on whole arrays, and only those on numbers can be written", who, op.name));
    for (int i = -1; i < op.arity; ++i) put(op, i, "");
  }
  auto text() const -> std::string {
    return fmt::format("#include <cmath>\n#include <limits>\n\nnamespace {} {{\n\n{}\n}}  // namespace {}\n", cpp_namespace,
                       functions_, cpp_namespace);
  }

 private:
  /// What a function calls goes before it; derivatives call values, and no value calls itself.
  auto put(const operation& op, int i, std::string_view caller) -> void {
    if (!done_.insert({&op, i}).second) return;
    const auto body = checked(op, i, caller);
    const auto is_used = [&](std::string_view letter) {
      return std::ranges::any_of(body, [&](const auto& line) { return has_word(line, letter); });
    };
    for (const auto* callee : op.cpp_calls(i)) put(*callee, -1, op.name);

    const std::string_view letters[] = {op.arity == 1 ? "x" : "a", "b", "c"};
    std::string parameters;
    const auto parameter = [&](std::string_view letter) {
      if (!parameters.empty()) parameters += ", ";
      parameters += is_used(letter) ? fmt::format("double {}", letter) : "double";  // without a name, as nobody asks
    };
    for (int k = 0; k < op.arity; ++k) parameter(letters[k]);
    if (i >= 0) parameter("y");
    functions_ += fmt::format("inline double {}({}) {{", detail::cpp_name(op.name, i), parameters);
    if (body.size() == 1) functions_ += fmt::format(" {} }}\n", body[0]);
    else functions_ += fmt::format("\n  {}\n}}\n", fmt::join(body, "\n  "));
  }

  auto checked(const operation& op, int i, std::string_view caller) -> std::vector<std::string> {
    const auto where = caller.empty() ? std::string() : fmt::format(", which {} calls,", caller);
    if (!std::ranges::all_of(op.name, is_letter) || op.name.empty() || std::isdigit(static_cast<unsigned char>(op.name[0])))
      throw error(fmt::format("{}: \"{}\"{} is no name for a function in C++", who, op.name, where));
    if (named_.emplace(op.name, &op).first->second != &op)
      throw error(fmt::format("{}: two operations have the name {}", who, op.name));
    auto body = op.cpp_body(i);
    if (body.empty())
      throw error(fmt::format(
          "{}: {}{} cannot be written, since its value is a function that <cmath> does not have; its paragraph may say it "
          "as `cpp`",
          who, op.name, where));
    return body;
  }

  std::set<std::pair<const operation*, int>> done_;
  std::map<std::string_view, const operation*> named_;
  std::string functions_;
};

}  // namespace

auto cpp_functions(std::span<const operation* const> ops) -> std::string {
  writer w;
  for (const auto* op : ops) w.put(*op);
  return w.text();
}

}  // namespace seegrad
