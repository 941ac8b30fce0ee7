#include <nn/see/svg.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/error.hpp>
#include <autodiff/plot/gnuplot.hpp>
#include <fmt/format.h>
#include <nn/see/style_sheet.hpp>
#include <vector>

namespace seegrad::nn::detail {
namespace {

[[noreturn]] auto refuse(std::string_view what) -> void { throw error(fmt::format("figure: the SVG {}", what)); }

constexpr std::string_view drawing_elements[] = {"svg",
                                                 "g",
                                                 "defs",
                                                 "path",
                                                 "rect",
                                                 "circle",
                                                 "ellipse",
                                                 "line",
                                                 "polyline",
                                                 "polygon",
                                                 "text",
                                                 "tspan",
                                                 "title",
                                                 "desc",
                                                 "use",
                                                 "a",
                                                 "image",
                                                 "symbol",
                                                 "clipPath",
                                                 "mask",
                                                 "pattern",
                                                 "marker",
                                                 "stop",
                                                 "switch",
                                                 "view",
                                                 "textPath",
                                                 "filter",
                                                 "feFlood",
                                                 "feComposite",
                                                 "linearGradient",
                                                 "radialGradient",
                                                 "feMerge",
                                                 "feOffset",
                                                 "feMergeNode",
                                                 "feBlend",
                                                 "feGaussianBlur",
                                                 "feColorMatrix",
                                                 "style"};

auto is_space(char c) -> bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
auto is_name(char c) -> bool {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' || c == '-' || c == ':' ||
         c == '.';
}

class reader {
 public:
  reader(std::string_view svg, std::string_view prefix, std::string_view label) : in_(svg), prefix_(prefix), label_(label) {}

  auto read() -> std::string {
    while (at_ < in_.size()) {
      if (in_[at_] == '<') markup();
      else text();
    }
    if (!begun_) refuse("has no element <svg>");
    if (!open_.empty()) refuse(fmt::format("ends inside <{}>", open_.back()));
    return std::move(out_);
  }

 private:
  auto starts(std::string_view s) const -> bool { return in_.substr(at_).starts_with(s); }
  auto skip(std::string_view begin, std::string_view end) -> void {
    const auto stop = in_.find(end, at_ + begin.size());
    if (stop == std::string_view::npos) refuse(fmt::format("has {} without its end", begin));
    at_ = stop + end.size();
  }
  auto space() -> void {
    while (at_ < in_.size() && is_space(in_[at_])) ++at_;
  }
  auto name() -> std::string_view {
    const auto begin = at_;
    while (at_ < in_.size() && is_name(in_[at_])) ++at_;
    if (begin == at_) refuse("has a tag or an attribute without a name");
    return in_.substr(begin, at_ - begin);
  }

  auto text() -> void {
    const auto end = std::min(in_.find('<', at_), in_.size());
    const auto part = in_.substr(at_, end - at_);
    at_ = end;
    if (!open_.empty() && open_.back() == "style") return out_ += scoped_style(part, "#" + id_), void();
    if (!open_.empty()) return check_references(part), out_ += part, void();
    if (!std::all_of(part.begin(), part.end(), is_space))
      refuse("has text outside of <svg>; give it the text of an SVG, not the name of a file");
  }

  // Every & begins &name; or &#number;, and names are those that XML has.
  static auto check_references(std::string_view s) -> void {
    for (auto at = s.find('&'); at != std::string_view::npos; at = s.find('&', at + 1)) {
      const auto end = s.find(';', at);
      const auto word = end == std::string_view::npos ? std::string_view() : s.substr(at + 1, end - at - 1);
      constexpr std::string_view known[] = {"amp", "lt", "gt", "quot", "apos"};
      const bool number = word.size() > 1 && word[0] == '#' && word.size() < 10 &&
                          std::all_of(word.begin() + 1, word.end(), [](char c) { return is_name(c) && c != ':' && c != '.'; });
      if (!number && std::find(std::begin(known), std::end(known), word) == std::end(known))
        refuse("has an & that begins no reference");
    }
  }

  auto markup() -> void {
    if (starts("<!--")) return skip("<!--", "-->");
    if (starts("<?")) return skip("<?", "?>");
    if (starts("<!DOCTYPE")) {
      if (in_.substr(at_, in_.find('>', at_) - at_).find('[') != std::string_view::npos) refuse("declares entities of its own");
      return skip("<!DOCTYPE", ">");
    }
    if (starts("</")) return end_tag();
    ++at_;
    begin_tag();
  }

  auto end_tag() -> void {
    at_ += 2;
    const auto tag = name();
    space();
    if (open_.empty() || open_.back() != tag || at_ >= in_.size() || in_[at_] != '>')
      refuse(fmt::format("has </{}> where it closes nothing", tag));
    ++at_;
    open_.pop_back();
    out_ += fmt::format("</{}>", tag);
  }

  auto begin_tag() -> void {
    const auto tag = name();
    if (std::find(std::begin(drawing_elements), std::end(drawing_elements), tag) == std::end(drawing_elements))
      refuse(fmt::format("has an element <{}>, which does not draw; take it out", tag));
    if (open_.empty() && (begun_ || tag != "svg")) refuse(fmt::format("has <{}> outside of one <svg>", tag));
    const bool outer = open_.empty();
    begun_ = true;
    out_ += fmt::format("<{}", tag);
    std::vector<std::string_view> seen;
    while (true) {
      space();
      if (at_ >= in_.size()) refuse(fmt::format("ends inside <{}>", tag));
      if (in_[at_] == '>' || starts("/>")) break;
      const auto key = name();
      if (std::find(seen.begin(), seen.end(), key) != seen.end()) refuse(fmt::format("has {} twice in <{}>", key, tag));
      seen.push_back(key);
      attribute(key, outer);
    }
    if (outer && id_.empty() && in_.find("<style") != std::string_view::npos) {
      id_ = prefix_;
      out_ += fmt::format(" id=\"{}\"", id_);
    }
    if (outer) out_ += fmt::format(" role=\"img\" aria-label=\"{}\"", escaped(label_));
    const bool closed = in_[at_] == '/';
    at_ += closed ? 2 : 1;
    out_ += closed ? "/>" : ">";
    if (!closed) open_.push_back(tag);
  }

  auto attribute(std::string_view key, bool outer) -> void {
    space();
    if (at_ >= in_.size() || in_[at_] != '=') refuse(fmt::format("has {} without a value", key));
    ++at_;
    space();
    const char quote = at_ < in_.size() ? in_[at_] : ' ';
    const auto end = quote == '"' || quote == '\'' ? in_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) refuse(fmt::format("has {} without quotes around its value", key));
    const auto value = in_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (value.find('<') != std::string_view::npos) refuse(fmt::format("has < in {}", key));
    check_references(value);
    if (outer && (key == "role" || key.starts_with("aria-"))) return;
    if (outer && key == "id") {
      if (!std::all_of(value.begin(), value.end(), [](char c) { return is_name(c) && c != ':' && c != '.'; }))
        refuse("has an id that no style sheet could name");
      id_ = prefix_ + std::string(value);
    }
    if ((key[0] == 'o' || key[0] == 'O') && (key[1] == 'n' || key[1] == 'N'))
      refuse(fmt::format("has {}, which would run a script", key));
    out_ += fmt::format(" {}={}{}{}", key, quote, prefixed(key, value), quote);
  }

  auto prefixed(std::string_view key, std::string_view value) const -> std::string {
    if (key == "id") return prefix_ + std::string(value);
    if (key == "aria-labelledby" || key == "aria-describedby") {
      std::string out;
      for (std::size_t k = 0; k < value.size(); ++k)
        out += (!is_space(value[k]) && (k == 0 || is_space(value[k - 1])) ? prefix_ : "") + value[k];
      return out;
    }
    if (key == "href" || key.ends_with(":href") || key == "src") {
      if (value.starts_with('#')) return "#" + prefix_ + std::string(value.substr(1));
      const bool image = value.starts_with("data:image/png;base64,") || value.starts_with("data:image/jpeg;base64,");
      if (!image)
        refuse(fmt::format("refers to '{}' outside of itself",
                           seegrad::detail::plotting::shortened(seegrad::detail::plotting::clean_utf8(value), 60)));
      return std::string(value);
    }
    if (key.starts_with("xmlns")) return std::string(value);
    // url(#part) in fill, clip-path, style and others; a reference in disguise is refused.
    std::string out;
    for (std::size_t at = 0; at < value.size();) {
      const auto url = value.substr(at);
      if (value[at] == '\\' && key == "style") refuse("has a \\ in a style");
      const bool here = url.size() >= 4 && (url[0] | 32) == 'u' && (url[1] | 32) == 'r' && (url[2] | 32) == 'l' && url[3] == '(';
      if (!here) {
        out += value[at++];
        continue;
      }
      const auto hash = url.starts_with("url('#") || url.starts_with("url(\"#") ? 5u : 4u;
      if (url.size() <= hash || url[hash] != '#') refuse(fmt::format("refers to something outside of itself in {}", key));
      out += std::string(url.substr(0, hash + 1)) + prefix_;
      at += hash + 1;
    }
    return out;
  }

  std::string_view in_;
  std::string prefix_;
  std::string_view label_;
  std::string id_;  // of the outer element, below which its style sheets reach
  std::size_t at_ = 0;
  bool begun_ = false;
  std::vector<std::string_view> open_;
  std::string out_;
};

}  // namespace

auto escaped(std::string_view text) -> std::string {
  std::string out;
  for (const char c : seegrad::detail::plotting::clean_utf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

auto embedded_svg(std::string_view svg, std::string_view prefix, std::string_view label) -> std::string {
  const auto clean = seegrad::detail::plotting::clean_utf8(svg);
  return reader(clean.starts_with("\xEF\xBB\xBF") ? std::string_view(clean).substr(3) : clean, prefix, label).read();
}

}  // namespace seegrad::nn::detail
