#include <autodiff/see/remark.hpp>

#include <autodiff/see/text.hpp>

namespace seegrad::detail::see {

auto remarks_in(const scene& s, item_id i) -> remarks {
  remarks r;
  const auto& notes = s.options.notes;
  for (auto at = notes.lower_bound(s.items[i].first); at != notes.end() && at->first <= s.items[i].last; ++at) {
    if (s.item_of[at->first] != i) continue;
    switch (at->second.how) {
      case annotation::mood::good: ++r.good; break;
      case annotation::mood::doubtful: ++r.doubtful; break;
      case annotation::mood::bad: ++r.bad; break;
      case annotation::mood::plain: break;
    }
  }
  return r;
}

auto note_text(const annotation& note) -> std::string {
  using mood = annotation::mood;
  std::string text = note.how == mood::good ? "✓ " : note.how == mood::bad ? "✗ " : note.how == mood::doubtful ? "! " : "";
  put_html(text, note.text);
  return note.how == mood::bad ? "<b>" + text + "</b>" : text;
}

auto ink_of(const annotation& note) -> std::string_view {
  switch (note.how) {
    case annotation::mood::good: return ink::good;
    case annotation::mood::bad: return ink::bad;
    case annotation::mood::doubtful: return ink::doubtful;
    case annotation::mood::plain: break;
  }
  return ink::label;
}

auto first_birth_in(const scene& s, item_id i) -> const births::value_type* {
  for (auto at = s.born.lower_bound(s.items[i].first); at != s.born.end() && at->first <= s.items[i].last; ++at)
    if (s.item_of[at->first] == i) return &*at;
  return nullptr;
}

auto put_border(std::string& out, const scene& s, item_id i) -> void {
  const auto n = remarks_in(s, i);
  const auto border = [&](std::string_view colour, std::string_view width) {
    out.append(",color=\"").append(colour).append("\",penwidth=").append(width);
  };
  if (n.bad) border(ink::bad, "3");
  else if (first_birth_in(s, i)) border(ink::odd, "3");
  else if (n.doubtful) border(ink::doubtful, "2");
}

}  // namespace seegrad::detail::see
