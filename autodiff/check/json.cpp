#include <autodiff/check/report.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad {
namespace {

// How many bytes follow in the UTF-8 sequence that `s` begins with: 0 for ASCII, -1 if it is no such sequence. A name may hold any
// bytes, JSON may not.
auto continuation_bytes(std::string_view s) -> int {
  const auto lead = static_cast<unsigned char>(s[0]);
  const int more = lead < 0x80                   ? 0
                   : lead >= 0xc2 && lead < 0xe0 ? 1
                   : lead >= 0xe0 && lead < 0xf0 ? 2
                   : lead >= 0xf0 && lead < 0xf5 ? 3
                                                 : -1;
  for (int i = 1; i <= more; ++i)
    if (static_cast<std::size_t>(i) >= s.size() || (s[static_cast<std::size_t>(i)] & 0xc0) != 0x80) return -1;
  return more;
}

auto quoted(std::string_view s) -> std::string {
  std::string out = "\"";
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (const auto more = continuation_bytes(s.substr(i)); more > 0) {
      out += s.substr(i, static_cast<std::size_t>(more) + 1), i += static_cast<std::size_t>(more);
      continue;
    } else if (more < 0) {
      out += "\\ufffd";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\', out += c;
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else out += c;
  }
  return out + '"';
}

// Seventeen digits would do always; fmt writes the fewest that read back the same.
auto number(double x) -> std::string { return std::isfinite(x) ? fmt::format("{}", x) : "null"; }

auto object(const check_report::tally& tally) -> std::string {
  std::string out;
  for (std::size_t v = 0; v < verdicts; ++v)
    out += fmt::format("{}\"{}\":{}", v ? "," : "", to_string(static_cast<verdict>(v)), tally[v]);
  return "{" + out + "}";
}

auto array(const std::vector<std::string>& list) -> std::string {
  std::string out;
  for (const auto& s : list) out += (out.empty() ? "" : ",") + quoted(s);
  return "[" + out + "]";
}

auto object(const finding& f) -> std::string {
  return fmt::format(
      R"({{"verdict":"{}","node":{},"name":{},"operation":{},"scope":{},"operand":{},"by":{},"claimed":{},"measured":{},)"
      R"("error_estimate":{},"difference":{},"method":{},"detail":{},"parameters":{},"element":{}}})",
      to_string(f.what), f.node, quoted(f.name), quoted(f.operation), quoted(f.scope),
      f.operand < 0 ? "null" : std::to_string(f.operand), quoted(f.by), number(f.claimed), number(f.measured),
      number(f.error_estimate), number(f.difference), quoted(f.method), quoted(f.detail), quoted(f.parameters),
      quoted(f.element));
}

}  // namespace

auto check_report::to_json() const -> std::string {
  std::string list;
  for (const auto& f : findings) list += (list.empty() ? "" : ",") + object(f);
  return fmt::format(
      R"({{"passed":{},"by_hand":{},"subject":{},"by":{},"operations":{},"derivatives":{},"elements":{},"constants":{},"skipped":{},)"
      R"("counts":{},"whole":{},"remarks":{},"findings":[{}]}})",
      passed(), by_hand, quoted(subject), array(by), operations, derivatives, elements, constants, skipped, object(local),
      object(whole), array(remarks), list);
}

}  // namespace seegrad
