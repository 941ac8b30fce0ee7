#include <autodiff/see/link_label.hpp>

#include <algorithm>
#include <autodiff/see/array_facts.hpp>
#include <autodiff/see/label.hpp>
#include <autodiff/see/palette.hpp>
#include <autodiff/see/text.hpp>
#include <cmath>
#include <fmt/format.h>

namespace seegrad::detail::see {
namespace {

class link_writer {
 public:
  link_writer(std::string& out, const scene& s, const std::vector<std::uint32_t>& users) : out_(out), s_(s), users_(users) {}

  auto put_link(const link& l) -> void {
    if (l.from == no_item || l.to == no_item) return static_cast<void>(put(" [style=dashed,weight=1]"));
    if (!l.active) return static_cast<void>(put(" [arrowsize=0.5"), put_odd(l), put("]"));
    if (l.count == 1 && !l.local_known) return put_array_link(l);
    put(is_loose(l) ? " [weight=1,label=<" : " [label=<");
    if (l.count == 1) {
      put("∂");
      if (const auto* op = s_.single(l.to) ? s_.g.op(s_.node(l.to)) : nullptr; op && ordered(*op)) put(subscripts[l.slot]);
      put(" "), put_number(out_, l.local, s_.options.digits);
    } else {
      put("×"), put(count_text(l.count));
    }
    if (l.swept) put_carried(l);
    else put(">"), put_odd(l), put("]");
  }

 private:
  auto put(std::string_view s) -> link_writer& { return out_ += s, *this; }
  auto put(std::uint64_t n) -> link_writer& {
    const fmt::format_int text(n);
    return out_.append(text.data(), text.size()), *this;
  }

  auto put_carried(const link& l) -> void {
    const bool is_zero = l.count == 1 && s_.single(l.to) && s_.g.state(s_.node(l.to)) == adjoint_state::structural_zero;
    put("<br/>");
    put_arrow(l, is_zero);
    put(">");
    put_line(l, is_zero);
  }

  // Into an operation on arrays: which operand it is, and the number or the norm it carries.
  auto put_array_link(const link& l) -> void {
    const bool numbered = is_numbered(s_, l);
    put(" [").put(is_loose(l) ? "weight=1," : "");
    if (!numbered && !l.swept) return static_cast<void>(put("penwidth=1"), put_odd(l), put("]"));
    put("label=<");
    if (numbered)
      put(std::uint64_t{static_cast<unsigned>(l.slot)} + 1)
          .put(l.slot == 0   ? "st"
               : l.slot == 1 ? "nd"
               : l.slot == 2 ? "rd"
                             : "th");
    if (!l.swept) return static_cast<void>(put(">"), put_odd(l), put("]"));
    if (numbered) put("<br/>");
    const bool is_zero = s_.single(l.to) && s_.g.state(s_.node(l.to)) == adjoint_state::structural_zero;
    put_arrow(l, is_zero);
    put(">");
    put_line(l, is_zero);
  }

  auto put_arrow(const link& l, bool is_zero) -> void {
    put("<font color=\"")
        .put(is_zero || !l.kept || is_noise(l)       ? ink::quiet
             : l.is_norm && std::isfinite(l.carried) ? ink::text
                                                     : text_colour(l.carried));
    put("\"><b>").put(back_arrow(s_.options.direction)).put(" ");
    if (is_zero) put("∅");
    else if (!l.kept) put("not kept");
    else if (is_noise(l)) put("≈ 0");
    else put(l.is_norm ? "norm " : ""), put_number(out_, l.carried, s_.options.digits);
    put("</b></font>");
    if (!is_zero && l.is_norm && l.kept && !is_noise(l) && s_.single(l.from) && s_.inflows[l.from].count > 1 &&
        s_.inflows[l.from].complete)
      put_share(l);
  }

  auto put_share(const link& l) -> void {
    const double share = l.carried / s_.inflows[l.from].size;
    if (std::isfinite(share)) put("<br/>").put(std::uint64_t(std::lround(100 * share))).put(" %");
  }

  auto put_line(const link& l, bool is_zero) -> void {
    if (is_odd(l)) put_odd(l);
    else if (is_noise(l)) put(",color=\"").put(ink::faint).put("\"");
    else if (l.is_norm && !is_zero && l.kept) put(",color=\"").put(l.carried != 0 ? norm_line : ink::faint).put("\"");
    else if (!is_zero && l.kept && l.carried != 0) put(",color=\"").put(line_colour(l.carried)).put("\"");
    if (const auto share = share_of(l); share > 0) {
      constexpr std::string_view widths[] = {"0.7", "1", "1.3", "1.6", "1.9", "2.2"};
      put(",penwidth=").put(widths[std::lround(share * 5)]);
    }
    put("]");
  }

  auto share_of(const link& l) const -> double {
    if (!s_.single(l.from) || !s_.inflows[l.from].complete) return 0;
    const double share = std::abs(l.carried) / s_.inflows[l.from].size;
    return std::isfinite(share) ? std::min(share, 1.0) : 0.0;
  }

  // An input that several use, or anything that many use, does not pull them to its side.
  auto is_loose(const link& l) const -> bool { return users_[l.from] > (s_.items[l.from].what == item::kind::input ? 1 : 4); }
  // What comes from a value that is not finite, or carries back what is not.
  auto is_odd(const link& l) const -> bool {
    return !std::isfinite(l.carried) || (s_.single(l.from) && !is_finite(s_.g, s_.node(l.from)));
  }
  auto put_odd(const link& l) -> void {
    if (is_odd(l)) put(",color=\"").put(ink::odd).put("\"");
  }
  // What a gradient that is nothing but rounding carries on, or is all that such a gradient is made of.
  auto is_noise(const link& l) const -> bool {
    if (l.count > 1 || l.carried == 0) return false;
    const bool comes = s_.single(l.to) && s_.noise.has(s_.node(l.to));
    return comes || (s_.single(l.from) && s_.noise.has(s_.node(l.from)) && s_.inflows[l.from].count == 1);
  }

  static constexpr std::string_view norm_line = "#6f7f8f";  // a norm has no sign
  static constexpr std::string_view subscripts[max_arity] = {"₁", "₂", "₃"};
  std::string& out_;
  const scene& s_;
  const std::vector<std::uint32_t>& users_;
};

}  // namespace

auto put_link(std::string& out, const scene& s, const link& l, const std::vector<std::uint32_t>& users) -> void {
  link_writer(out, s, users).put_link(l);
}

auto back_arrow(picture_direction d) -> std::string_view {
  switch (d) {
    case picture_direction::left_to_right: return "←";
    case picture_direction::top_to_bottom: return "↑";
    case picture_direction::right_to_left: return "→";
    default: return "↓";
  }
}

}  // namespace seegrad::detail::see
