#include "entry.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../language/evaluate.hpp"
#include "../language/given.hpp"
#include "../language/parser.hpp"
#include "../language/utf8.hpp"
#include "../run.hpp"

namespace seegrad::cli {
namespace {

auto insist(bool holds, const char* what, std::string_view seen) -> void {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n", what, static_cast<int>(seen.size()), seen.data());
  std::abort();
}

// Whatever comes in, only text comes out: UTF-8, and no control character but the ends of lines.
auto insist_on_text(std::string_view out) -> void {
  for (std::size_t at = 0; at < out.size();) {
    const auto c = character_at(out, at);
    insist(c.valid && (c.code >= 0x20 || c.code == '\n') && !(c.code >= 0x7f && c.code < 0xa0), "not plain text", out);
    at += c.bytes;
  }
}

auto names_in(std::string_view text) -> std::vector<std::string> {
  std::vector<std::string> names;
  try {
    const auto p = parse(text);
    for (const auto n : p.names) {
      const auto is_it = [&](const statement& s) { return s.name == n; };
      if (!find_constant(n) && std::none_of(p.statements.begin(), p.statements.end(), is_it)) names.emplace_back(n);
    }
  } catch (const complaint&) {}
  return names;
}

auto run_once(std::string_view text, const options& o) -> std::string {
  std::ostringstream out, err;
  const auto code = run(text, o, out, err);
  insist_on_text(err.str());
  insist_on_text(out.str());
  insist((code == exit_code::unusable) == out.str().empty(), "an error and an answer, or neither", out.str() + err.str());
  insist(code != exit_code::unusable || !err.str().empty(), "an error without a word", text);
  return out.str();
}

}  // namespace

auto try_bytes(std::string_view bytes) -> void {
  if (bytes.size() > 4096) return;  // long texts have tests of their own
  options o;
  double value = 0.5;
  for (const auto& name : names_in(bytes)) o.inputs.push_back(name + "=" + std::to_string(value)), value += 0.75;
  if (o.inputs.size() <= 6) o.second = true;
  if (!o.inputs.empty()) o.claims.push_back(o.inputs.front());
  run_once(bytes, o);
  o.json = true;
  if (const auto document = run_once(bytes, o); !document.empty()) insist(nlohmann::json::accept(document), "not JSON", document);

  options argument;
  argument.inputs.emplace_back(bytes);
  run_once("1", argument);
}

}  // namespace seegrad::cli
