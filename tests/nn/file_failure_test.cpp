// Whoever writes a file, on a disk that is full, in a folder where nothing may be written, under long names and through links: one clear
// error, nothing half made, and the old file as it was.
#include <autodiff/array/npy.hpp>
#include <autodiff/array/npz.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/see/picture.hpp>
#include <csignal>
#include <doctest/doctest.h>
#include <fstream>
#include <functional>
#include <nn/save/onnx.hpp>
#include <nn/save/safetensors.hpp>
#include <nn/see/history.hpp>
#include <nn/see/report.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

struct writer {
  std::string suffix, who;
  std::function<void(const fs::path&)> save;
};

// Everything that writes files, each with something to write.
class writers {
 public:
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

  writers() {
    const auto x = input(array{1.0, 2.0}, "x");
    const auto y = relu(x);
    rows_.append({{"epoch", 1}, {"loss", 0.5}});
    const auto numbers = std::map<std::string, array>{{"w", array{1.0, 2.0}}};
    all_ = {{".npy", "save_npy",
             [](const fs::path& f) {
               save_npy(f, array{1.0, 2.0});
             }},
            {".npz", "save_npz", [=](const fs::path& f) { save_npz(f, numbers); }},
            {".safetensors", "save_safetensors", [=](const fs::path& f) { nn::save_safetensors(f, numbers); }},
            {".onnx", "save_onnx",
             [=](const fs::path& f) {
               nn::save_onnx(f, y, {{"x", x}});
             }},
            {".csv", "history", [this](const fs::path& f) { rows_.save_csv(f); }},
            {".html", "report", [](const fs::path& f) { nn::report(f, "title").text("words").save(); }}};
    for (const auto* suffix : {".dot", ".svg", ".png", ".pdf"})
      all_.push_back({suffix, "picture", [p = picture(sum(y))](const fs::path& f) { p.save(f); }});
    if (plot::available()) all_.push_back({".svg", "plot", [p = rows_.draw()](const fs::path& f) { p.save(f); }});
  }

 private:
  graph record_;
  nn::history rows_;
  std::vector<writer> all_;
};

auto read(const fs::path& file) -> std::string {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
auto put(const fs::path& file, std::string_view text) -> void { std::ofstream(file) << text; }
auto count(const fs::path& folder) -> std::ptrdiff_t { return std::distance(fs::directory_iterator(folder), {}); }

// f in a process of its own, which returns whether all is well; 77 where the machine does not let it try.
auto in_a_process(const std::function<int()>& f) -> int {
  const auto child = ::fork();
  if (child == 0) ::_exit(f());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
auto expect_well(const std::string& what, int code) -> void {
  CAPTURE(what);
  if (code == 77) MESSAGE("not tried here: ", what);
  else CHECK(code == 0);
}

// A file that is there and one that is not: of neither may anything change, and the error says who, what and why.
auto leaves_all(const writer& w, const fs::path& folder, std::string_view why) -> bool {
  const auto old = folder / ("old" + w.suffix), fresh = folder / ("new" + w.suffix);
  const auto before = count(folder);
  bool well = true;
  for (const auto& file : {old, fresh}) {
    const auto said = message_of([&] { w.save(file); });
    const bool here =
        said.starts_with(w.who + ": cannot write '" + file.string() + "': ") && contains(said, why) && !contains(said, "\n");
    if (!here) ::dprintf(2, "%s\n", said.c_str());
    well = well && here;
  }
  return well && read(old) == "old" && !fs::exists(fresh) && count(folder) == before;
}

// A small disk of its own that nobody else sees.
auto mount_small(const fs::path& folder) -> bool {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
}

// Every writer on such a disk, on which there is an older file, once `prepare` has made it one that cannot be written to. What it says has `said`.
template <class F>
auto on_a_small_disk(const std::string& said, F prepare) -> void {
  const writers all;
  for (const auto& w : all) {
    const scratch_folder here;
    expect_well(w.who + w.suffix, in_a_process([&] {
                  if (!mount_small(here.path)) return 77;
                  put(here / ("old" + w.suffix), "old");
                  if (!prepare(here.path)) return 77;
                  return leaves_all(w, here.path, said) ? 0 : 1;
                }));
    CHECK(here.files() == 0);  // nobody else saw the disk
  }
}

}  // namespace

TEST_CASE("a disk that is full") {
  on_a_small_disk("No space left on device", [](const fs::path& folder) {
    put(folder / "filler", std::string(100000, 'x'));
    return true;
  });
}

TEST_CASE("a file that may not grow so far") {
  const writers all;
  for (const auto& w : all) {
    const scratch_folder here;
    put(here / ("old" + w.suffix), "old");
    expect_well(w.who + w.suffix, in_a_process([&] {
                  ::signal(SIGXFSZ, SIG_IGN);
                  const rlimit limit{10, 10};
                  if (w.who == "plot" || ::setrlimit(RLIMIT_FSIZE, &limit) != 0)
                    return 77;  // what gnuplot draws is a file in memory
                  return leaves_all(w, here.path, "File too large") ? 0 : 1;
                }));
  }
}

TEST_CASE("a disk that can only be read") {
  on_a_small_disk("Read-only file system", [](const fs::path& folder) {
    return ::mount("none", folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  });
}

TEST_CASE("a folder that belongs to somebody else") {
  const writers all;
  for (const auto& w : all) {
    const scratch_folder here;
    put(here / ("old" + w.suffix), "old");
    fs::permissions(here.path, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
    expect_well(w.who + w.suffix, in_a_process([&] {
                  constexpr unsigned nobody = 65534;
                  if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return 77;
                  return leaves_all(w, here.path, "Permission denied") ? 0 : 1;
                }));
    fs::permissions(here.path, fs::perms::owner_all);
  }
}

TEST_CASE("a file where a folder should be, a folder where a file should be, and none at all") {
  const writers all;
  for (const auto& w : all) {
    CAPTURE(w.who + w.suffix);
    const scratch_folder here;
    put(here / "file", "old");
    fs::create_directory(here / ("folder" + w.suffix));
    const auto said = [&](const fs::path& file) { return message_of([&] { w.save(here / file.string()); }); };
    CHECK(contains(said("file/x" + w.suffix), "Not a directory"));
    CHECK(contains(said("none/x" + w.suffix), "No such file or directory"));
    CHECK(contains(said("folder" + w.suffix), "Is a directory"));
    CHECK(read(here / "file") == "old");
    CHECK(here.files() == 2);
  }
}

TEST_CASE("the longest names there are, and links to what is not there yet") {
  const writers all;
  for (const auto& w : all) {
    CAPTURE(w.who + w.suffix);
    const scratch_folder here;
    for (const std::size_t length : {200u, 201u, 240u, 250u, 255u}) {
      const auto file = here / (std::string(length - w.suffix.size(), 'n') + w.suffix);
      CHECK(message_of([&] { w.save(file); }) == "no error");
      CHECK(fs::file_size(file) > 0);
    }
    CHECK(here.files() == 5);
    CHECK(
        contains(message_of([&] { w.save(here / (std::string(256 - w.suffix.size(), 'n') + w.suffix)); }), "File name too long"));
    fs::create_directory(here / "far");
    fs::create_symlink("far/target", here / ("near" + w.suffix));
    w.save(here / ("near" + w.suffix));
    CHECK(fs::is_symlink(here / ("near" + w.suffix)));
    CHECK(fs::file_size(here / "far" / "target") > 0);
    CHECK(count(here / "far") == 1);
    CHECK(here.files() == 7);
  }
}
