#pragma once
// A page about a training run: one file that needs no network, no script and no other file.
//
//   nn::report page("run.html", "Fashion-MNIST, multilayer perceptron");
//   page.text("Two hidden layers, trained for twenty epochs.");
//   page.numbers({{"test accuracy", "88.1 %"}, {"parameters", "101 770"}});
//   page.section("Training").figure(h.draw(), "Loss and accuracy by epoch");
//   page.figure(picture(loss), "One step, as it was recorded");
//   page.table({"class", "precision", "recall"}, rows);
//   page.save();
//
// The page follows the reader's choice of light or dark, and so do its figures; one without colours for dark pages keeps a light ground. Figures
// become smaller with the screen, and a click opens them large; other things that are wider than the screen scroll in their own box. All text is
// shown as it is, whatever it contains. Equal calls give equal bytes: a date is in the page only if you write one.

#include <autodiff/plot/plot.hpp>
#include <autodiff/see/picture.hpp>

namespace seegrad::nn {

class report {
 public:
  /// The file is that of save(). Throws if there is no title: it names the page, and is its first heading.
  report(std::filesystem::path file, std::string title);

  /// A heading for what follows, and what is said of it in the index.
  auto section(std::string_view heading, std::string_view note = {}) -> report&;
  /// Links to all sections, which then have links back. Throws after the first section.
  auto index() -> report&;
  /// From here on, formulas in headings, texts and captions are set as formulas, as formula.hpp says.
  auto formulas() -> report&;
  /// Paragraphs, with empty lines between them.
  auto text(std::string_view paragraphs) -> report&;
  /// Figures that matter, with what they are: {{"test accuracy", "88.1 %"}}.
  auto numbers(const std::vector<std::pair<std::string, std::string>>& pairs) -> report&;
  /// Columns in which every cell is a number or empty stand to the right. Throws if a row has another length than the headers.
  auto table(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows,
             std::string_view caption = {}) -> report&;
  /// With a summary it is folded away below it, beside the figures of its section where the screen is wide.
  auto code(std::string_view text, std::string_view summary = {}) -> report&;

  /// The page is to be loaded again every so many seconds, for one that is written anew while a program runs; 0, as at first: not.
  auto refresh(int seconds) -> report&;

  /// The caption is also what is read out in place of the figure. Throws where gnuplot is missing; ask plot::available() first.
  auto figure(const plot& p, std::string_view caption) -> report&;
  auto figure(const picture& p, std::string_view caption) -> report&;
  /// The text of an SVG. Throws if it is not well-formed, or would run scripts or load what is not in it.
  auto figure(std::string_view svg, std::string_view caption) -> report&;

  /// The page as text.
  auto to_html() const -> std::string;
  /// On an error no file is made, and one that was there is kept.
  auto save() const -> void;

 private:
  auto set(std::string_view text) const -> std::string;

  std::filesystem::path file_;
  std::string title_, body_;
  std::vector<std::string> sections_;
  std::optional<std::size_t> index_at_;
  int figures_ = 0, refresh_ = 0;
  bool formulas_ = false;
};

}  // namespace seegrad::nn
