// The line that training draws: as wide as the terminal allows, and what it leaves out first.

#include "fit_support.hpp"

#include <chrono>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <nn/train/fitted_line.hpp>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace {

using nn::detail::fitted_line;
using nn::detail::line_part;

auto parts() -> std::vector<line_part> { return {{"epoch 1/2", 0}, {"", 2, true, 0.5}, {"loss 0.5", 1}, {"naïve 0.25", 3}}; }

/// Two ends of a terminal of so many columns; what is written to `file` is read by text().
class terminal {
 public:
  explicit terminal(unsigned short columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) return;
    const int end = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    const winsize size{24, columns, 0, 0};
    if (end < 0 || ::ioctl(end, TIOCSWINSZ, &size) != 0) return;
    file = ::fdopen(end, "w");
    reader_ = std::thread([this] {
      char some[256];
      for (ssize_t n = 0; (n = ::read(master_, some, sizeof some)) > 0;) text_.append(some, static_cast<std::size_t>(n));
    });
  }
  ~terminal() {
    (void)text();
    if (master_ >= 0) ::close(master_);
  }
  terminal(const terminal&) = delete;
  auto operator=(const terminal&) -> terminal& = delete;

  auto text() -> std::string {
    if (file) std::fclose(file), file = nullptr;
    if (reader_.joinable()) reader_.join();
    return text_;
  }

  std::FILE* file = nullptr;

 private:
  int master_;
  std::thread reader_;
  std::string text_;
};

/// What stands on the lines one after the other: between carriage returns and ends of lines, without the code that clears a line.
auto lines_of(const std::string& text) -> std::vector<std::string> {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\n') lines.emplace_back();
    else if (text.compare(i, 4, "\033[2K") == 0) i += 3;
    else lines.back() += text[i];
  }
  std::erase(lines, "");
  return lines;
}

auto trained_on(std::FILE* log) -> void {
  const auto data = moons();
  auto m = new_net();
  auto how = quiet(2);
  how.progress = nn::progress_style::automatic, how.log = log, how.validation = data;
  how.transform = [](nn::dataset batch, generator&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return batch;
  };
  nn::fit(m, data, how);
}

}  // namespace

TEST_CASE("a line leaves out its least important parts, and its bar takes the room there is") {
  CHECK(fitted_line(parts(), 200) == "epoch 1/2  [============------------]  loss 0.5  naïve 0.25");
  CHECK(fitted_line(parts(), 43) == "epoch 1/2  [====----]  loss 0.5  naïve 0.25");
  CHECK(fitted_line(parts(), 45) == "epoch 1/2  [=====-----]  loss 0.5  naïve 0.25");
  CHECK(fitted_line(parts(), 42) == "epoch 1/2  [=========----------]  loss 0.5");
  CHECK(fitted_line(parts(), 31) == "epoch 1/2  [====----]  loss 0.5");
  CHECK(fitted_line(parts(), 30) == "epoch 1/2  loss 0.5");
  CHECK(fitted_line(parts(), 18) == "epoch 1/2");
  CHECK(fitted_line(parts(), 7) == "epoch 1");
  CHECK(fitted_line(parts(), 0) == "");
  auto shorter = parts();
  shorter[0].brief = "1/2";
  CHECK(fitted_line(shorter, 19) == "epoch 1/2  loss 0.5");
  CHECK(fitted_line(shorter, 18) == "1/2  loss 0.5");
  CHECK(fitted_line(shorter, 12) == "1/2");
  CHECK(fitted_line({{"", 0, true, 2.0}}, 10) == "[========]");
  CHECK(fitted_line({}, 10) == "");
}

TEST_CASE("the width is that of the terminal, or what COLUMNS says, or 80") {
  const terminal narrow(37);
  REQUIRE(narrow.file);
  CHECK(nn::detail::columns_of(narrow.file) == 37);
  const terminal unknown(0);
  REQUIRE(unknown.file);
  for (const auto& [said, columns] : {std::pair{"132", 132}, {"", 80}, {"-3", 80}, {"12x", 80}, {"0", 80}}) {
    ::setenv("COLUMNS", said, 1);
    CHECK(nn::detail::columns_of(unknown.file) == columns);
    CHECK(nn::detail::columns_of(nullptr) == columns);
    CHECK(nn::detail::columns_of(narrow.file) == 37);
  }
  ::unsetenv("COLUMNS");
  CHECK(nn::detail::columns_of(unknown.file) == 80);
}

TEST_CASE("on a terminal no line is as wide as it, and a file has the whole line of each epoch") {
  for (const unsigned short columns : {20, 40, 80, 200}) {
    CAPTURE(columns);
    terminal t(columns);
    REQUIRE(t.file);
    trained_on(t.file);
    const auto text = t.text();
    const auto lines = lines_of(text);
    CHECK(lines.size() > 4);  // two of epochs, and bars between
    std::size_t widest = 0;
    bool has_bar = false, has_left = false, has_rate = false;
    for (const auto& line : lines) {
      CHECK_MESSAGE(line.starts_with(columns == 20 ? "" : "epoch "), line);
      CHECK_MESSAGE(line.find("loss 0.") != std::string::npos, line);
      CHECK_MESSAGE(line.size() < columns, line);
      widest = std::max(widest, line.size());
      has_bar |= line.find('[') != std::string::npos, has_left |= line.find(" left") != std::string::npos;
      has_rate |= line.find("learning rate") != std::string::npos;
    }
    CHECK(has_bar == (columns >= 80));
    CHECK(has_left == (columns >= 40));
    CHECK(has_rate == (columns >= 200));
    CHECK(lines.back().starts_with(columns == 20 ? "2/2  loss 0." : "epoch 2/2  loss 0."));
    CHECK(widest >= (columns == 20 ? 15u : columns == 40 ? 22u : 60u));
  }
  std::FILE* const file = std::tmpfile();
  REQUIRE(file);
  ::setenv("COLUMNS", "20", 1);
  trained_on(file);
  ::unsetenv("COLUMNS");
  std::rewind(file);
  std::string text;
  for (int c = 0; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
  std::fclose(file);
  CHECK(text.find_first_of("\r\033") == std::string::npos);
  const auto lines = lines_of(text);
  REQUIRE(lines.size() == 2);
  for (const auto& line : lines)
    for (const auto* part : {"epoch ", "loss ", "accuracy ", "validation loss ", "validation accuracy ", "learning rate ", " s"})
      CHECK_MESSAGE(line.find(part) != std::string::npos, line);
}
