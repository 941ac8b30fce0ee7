#pragma once
// A long drawing broken into rows, as a line of text is.
//
// It is cut where no node and no label stands. What lies between two cuts is a row, moved and otherwise as it was. A line that is cut goes
// on from the end of its row, around it, to the beginning of the next; past the rows that it only passes through it goes by the side. All
// is told in the direction of reading: u along a row, v from row to row.

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace seegrad::detail::see {

struct point {
  double u, v;
};
struct box {
  double u0, v0, u1, v1;
};
using bezier_path = std::vector<point>;  // 3 n + 1 points

struct drawing {
  struct line {
    bezier_path path;
    std::size_t source;           // lines of one source go side by side as one
    std::optional<double> label;  // where along u its label stands
  };
  /// Around some blocks; in each row, around those that are there.
  struct frame {
    box at;
    std::vector<box> content;
    double before, after;  // along v, with the title
  };
  std::vector<box> blocks = {};  // nodes and labels, which are not cut
  std::vector<line> lines = {};
  std::vector<frame> frames = {};
};

class rows {
 public:
  /// Each row at most about `length` long; one row if that cannot be done.
  rows(const drawing& d, double length);

  auto count() const -> std::size_t { return starts_.size(); }
  auto row_of(double u) const -> std::size_t;
  auto moved(point p, std::size_t r) const -> point { return {p.u + shift_[r].u, p.v + shift_[r].v}; }
  auto moved(point p) const -> point { return moved(p, row_of(p.u)); }
  auto path(std::size_t i) const -> const bezier_path& { return paths_[i]; }
  /// The part of a frame in row r, moved.
  auto part(const drawing::frame& f, std::size_t r) const -> std::optional<box>;
  /// Of all that is drawn, from 0 on.
  auto length() const -> double { return length_; }
  auto height() const -> double { return height_; }

 private:
  struct piece {
    bezier_path points;
    std::size_t row;
  };
  using pieces = std::vector<piece>;
  using lanes = std::map<std::size_t, double>;  // by source, which lane it has

  auto begin(std::size_t r) const -> double { return starts_[r]; }
  auto end(std::size_t r) const -> double { return r + 1 < starts_.size() ? starts_[r + 1] : end_; }
  auto choose_cuts(const drawing& d, double length) -> void;
  auto pieces_of(const drawing::line& l) const -> pieces;
  auto part_before(const drawing::frame& f, std::size_t r) const -> std::optional<box>;
  auto give_lanes(const drawing& d, const std::vector<pieces>& all) -> void;
  auto give_side_lanes(const drawing& d, const std::vector<pieces>& all) -> void;
  auto place(const drawing& d, const std::vector<pieces>& all) -> void;
  auto join(const drawing& d, const std::vector<pieces>& all) -> void;

  std::vector<double> starts_;
  double end_ = 0, length_ = 0, height_ = 0;
  std::vector<point> shift_;
  std::vector<lanes> at_end_, at_begin_, between_;  // by row: at its end, at its beginning, and below it
  lanes side_;
  double side_count_ = 0;
  std::vector<double> top_;  // by row, once moved
  std::vector<bezier_path> paths_;
};

}  // namespace seegrad::detail::see
