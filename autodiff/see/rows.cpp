#include <autodiff/see/rows.hpp>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace seegrad::detail::see {
namespace {

constexpr double lane = 7, margin = 12, space = 16;

auto between(point a, point b, double t) -> point { return {a.u + (b.u - a.u) * t, a.v + (b.v - a.v) * t}; }

// De Casteljau's: both parts of a cubic at t.
auto divide(const point* p, double t) -> std::pair<bezier_path, bezier_path> {
  const auto a = between(p[0], p[1], t), b = between(p[1], p[2], t), c = between(p[2], p[3], t);
  const auto d = between(a, b, t), e = between(b, c, t), f = between(d, e, t);
  return {{p[0], a, d, f}, {f, e, c, p[3]}};
}

auto crossing(const point* p, double u) -> double {
  double low = 0, high = 1;
  const bool rises = p[3].u > p[0].u;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    ((divide(p, middle).first[3].u < u) == rises ? low : high) = middle;
  }
  return (low + high) / 2;
}

auto line_to(bezier_path& path, point to) -> void {
  const auto from = path.back();
  path.push_back(between(from, to, 1.0 / 3)), path.push_back(between(from, to, 2.0 / 3)), path.push_back(to);
}

}  // namespace

rows::rows(const drawing& d, double length) {
  choose_cuts(d, length);
  std::vector<pieces> all;
  for (const auto& l : d.lines) all.push_back(pieces_of(l));
  give_lanes(d, all), give_side_lanes(d, all);
  place(d, all);
  join(d, all);
}

auto rows::row_of(double u) const -> std::size_t {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), u);
  return after == starts_.begin() ? 0 : static_cast<std::size_t>(after - starts_.begin()) - 1;
}

// The last gap that leaves a row short enough, or one a little earlier that fewer lines cross.
auto rows::choose_cuts(const drawing& d, double length) -> void {
  std::vector<std::pair<double, double>> taken;
  for (const auto& b : d.blocks) taken.push_back({b.u0, b.u1});
  std::sort(taken.begin(), taken.end());
  starts_ = {taken.empty() ? 0 : taken.front().first};
  std::vector<double> gaps;
  double reach = starts_[0];
  for (const auto& [first, last] : taken) {
    if (first > reach + 4) gaps.push_back(reach + 2);  // before the head of an arrow, which stands at its node
    reach = std::max(reach, last);
  }
  end_ = reach;
  const auto lines_at = [&](double u) {
    return std::count_if(d.lines.begin(), d.lines.end(),
                         [&](const auto& l) { return (l.path.front().u < u) != (l.path.back().u < u); });
  };
  for (std::size_t at = 0; end_ - starts_.back() > length;) {
    const auto fits = [&](std::size_t i, double part) { return gaps[i] - starts_.back() <= length * part; };
    while (at < gaps.size() && gaps[at] <= starts_.back()) ++at;
    if (at == gaps.size()) break;
    auto best = at;
    for (auto i = at; i < gaps.size() && fits(i, 1); ++i)
      if (fits(i, 0.75) || lines_at(gaps[i]) <= lines_at(gaps[best])) best = i;
    starts_.push_back(gaps[best]);
  }
}

// A row that is only passed through is left out, unless the label stands there.
auto rows::pieces_of(const drawing::line& l) const -> pieces {
  pieces out;
  const auto add = [&](const bezier_path& cubic, std::size_t row) {
    if (out.empty() || out.back().row != row) out.push_back({cubic, row});
    else out.back().points.insert(out.back().points.end(), cubic.begin() + 1, cubic.end());
  };
  for (std::size_t i = 0; i + 3 < l.path.size(); i += 3) {
    bezier_path rest(l.path.begin() + static_cast<std::ptrdiff_t>(i), l.path.begin() + static_cast<std::ptrdiff_t>(i) + 4);
    auto row = row_of(rest[0].u);
    for (const auto last = row_of(rest[3].u); row != last;) {
      const auto next = row < last ? row + 1 : row - 1;
      const auto [before, after] = divide(rest.data(), crossing(rest.data(), starts_[std::max(row, next)]));
      add(before, row), rest = after, row = next;
    }
    add(rest, row);
  }
  if (out.size() < 3) return out;
  const auto first = out.front().row, last = out.back().row, labelled = l.label ? row_of(*l.label) : first;
  std::erase_if(out, [&](const piece& p) { return p.row != first && p.row != last && p.row != labelled; });
  return out;
}

// The lines that leave a row turn around it one inside the other: the first to leave has the widest turn at its end and the narrowest at the
// beginning of the next.
auto rows::give_lanes(const drawing& d, const std::vector<pieces>& all) -> void {
  std::vector<std::map<std::size_t, double>> at_end(count()), at_begin(count());  // by source, how high
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 1; j < all[i].size(); ++j) {
      const auto source = d.lines[i].source;
      const auto &from = all[i][j - 1], &to = all[i][j];
      const bool forward = from.row < to.row;
      (forward ? at_end : at_begin)[from.row].try_emplace(source, from.points.back().v);
      (forward ? at_begin : at_end)[to.row].try_emplace(source, to.points.front().v);
    }
  const auto sorted = [](const std::map<std::size_t, double>& heights) {
    std::vector<std::pair<double, std::size_t>> order;
    for (const auto& [source, v] : heights) order.push_back({v, source});
    std::sort(order.begin(), order.end());
    return order;
  };
  at_end_.resize(count()), at_begin_.resize(count()), between_.resize(count());
  for (std::size_t r = 0; r < count(); ++r) {
    const auto ends = sorted(at_end[r]), begins = sorted(at_begin[r]);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      at_end_[r][ends[i].second] = static_cast<double>(ends.size() - i);
      between_[r].try_emplace(ends[i].second, static_cast<double>(between_[r].size()));
    }
    for (std::size_t i = 0; i < begins.size(); ++i) {
      at_begin_[r][begins[i].second] = static_cast<double>(i + 1);
      if (r > 0) between_[r - 1].try_emplace(begins[i].second, static_cast<double>(between_[r - 1].size()));
    }
  }
}

// From the first to the last row that a source passes by; a lane that is free again is taken again.
auto rows::give_side_lanes(const drawing& d, const std::vector<pieces>& all) -> void {
  std::map<std::size_t, std::pair<std::size_t, std::size_t>> reach;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 1; j < all[i].size(); ++j) {
      const auto from = std::min(all[i][j - 1].row, all[i][j].row), to = std::max(all[i][j - 1].row, all[i][j].row);
      if (to <= from + 1) continue;
      auto& [first, last] = reach.try_emplace(d.lines[i].source, from, to).first->second;
      first = std::min(first, from), last = std::max(last, to);
    }
  std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> order;
  for (const auto& [source, rows] : reach) order.push_back({rows.first, rows.second, source});
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> free_from;
  for (const auto& entry : order) {
    const auto first = std::get<0>(entry), last = std::get<1>(entry), source = std::get<2>(entry);
    const auto at = std::find_if(free_from.begin(), free_from.end(), [&](auto row) { return row <= first; }) - free_from.begin();
    if (static_cast<std::size_t>(at) == free_from.size()) free_from.push_back(0);
    free_from[static_cast<std::size_t>(at)] = last + 1;
    side_[source] = static_cast<double>(at + 1);
  }
  side_count_ = static_cast<double>(free_from.size());
}

auto rows::part_before(const drawing::frame& f, std::size_t r) const -> std::optional<box> {
  std::optional<box> at;
  for (const auto& b : f.content) {
    if (row_of((b.u0 + b.u1) / 2) != r) continue;
    if (!at) at = box{std::max(f.at.u0, begin(r)), b.v0, std::min(f.at.u1, end(r)), b.v1};
    at->v0 = std::min(at->v0, b.v0), at->v1 = std::max(at->v1, b.v1);
  }
  if (at) at->v0 = std::max(at->v0 - f.before, f.at.v0), at->v1 = std::min(at->v1 + f.after, f.at.v1);
  return at;
}

auto rows::part(const drawing::frame& f, std::size_t r) const -> std::optional<box> {
  const auto at = part_before(f, r);
  if (!at) return at;
  const auto low = moved({at->u0, at->v0}, r), high = moved({at->u1, at->v1}, r);
  return box{low.u, low.v, high.u, high.v};
}

// Rows one below the other, each as high as what is in it, with room for the lines that go around.
auto rows::place(const drawing& d, const std::vector<pieces>& all) -> void {
  const auto n = count();
  std::vector<double> low(n, std::numeric_limits<double>::infinity()), high(n, -std::numeric_limits<double>::infinity());
  const auto see = [&](std::size_t r, double v) { low[r] = std::min(low[r], v), high[r] = std::max(high[r], v); };
  for (const auto& b : d.blocks) see(row_of((b.u0 + b.u1) / 2), b.v0), see(row_of((b.u0 + b.u1) / 2), b.v1);
  for (const auto& line : all)
    for (const auto& piece : line)
      for (const auto& p : piece.points) see(piece.row, p.v);
  const auto room = [](const lanes& l) { return l.empty() ? 0 : margin + lane * static_cast<double>(l.size()); };
  const double side = side_count_ > 0 ? margin + lane * side_count_ : 0;
  double before = 0;
  for (std::size_t r = 0; r < n; ++r) {
    before = std::max(before, room(at_begin_[r]));
    for (const auto& f : d.frames)
      if (const auto at = part_before(f, r)) see(r, at->v0), see(r, at->v1);
  }
  shift_.resize(n), top_.resize(n);
  double v = 0;
  for (std::size_t r = 0; r < n; ++r) {
    if (r > 0) v += space + room(between_[r - 1]);
    shift_[r] = {side + before - starts_[r], v - low[r]};
    top_[r] = v, v += high[r] - low[r];
    length_ = std::max(length_, side + before + end(r) - starts_[r] + room(at_end_[r]));
  }
  height_ = v;
}

auto rows::join(const drawing& d, const std::vector<pieces>& all) -> void {
  const auto across = [&](std::size_t r, std::size_t source) {
    return top_[r + 1] - margin / 2 - lane * between_[r].at(source) - lane / 2;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto source = d.lines[i].source;
    bezier_path out;
    for (std::size_t j = 0; j < all[i].size(); ++j) {
      auto p = all[i][j].points;
      const auto row = all[i][j].row;
      for (auto& q : p) q = moved(q, row);
      if (j == 0) {
        out = std::move(p);
        continue;
      }
      const auto from = all[i][j - 1].row;
      const bool forward = row > from;
      const auto right_of = forward ? from : row, left_of = forward ? row : from;
      const double right = moved({end(right_of), 0}, right_of).u + lane * at_end_[right_of].at(source);
      const double left = moved({begin(left_of), 0}, left_of).u - lane * at_begin_[left_of].at(source);
      const double high = across(right_of, source), low = across(left_of - 1, source);
      line_to(out, {forward ? right : left, out.back().v}), line_to(out, {out.back().u, forward ? high : low});
      if (left_of > right_of + 1) {
        const double side = margin / 2 + lane * (side_count_ - side_.at(source));
        line_to(out, {side, out.back().v}), line_to(out, {side, forward ? low : high});
      }
      line_to(out, {forward ? left : right, out.back().v}), line_to(out, {out.back().u, p.front().v});
      line_to(out, p.front());
      out.insert(out.end(), p.begin() + 1, p.end());
    }
    paths_.push_back(std::move(out));
  }
}

}  // namespace seegrad::detail::see
