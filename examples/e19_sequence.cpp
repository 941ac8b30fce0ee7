// E19. Two networks for sequences learn a poem by heart, letter by letter: from the letters so far each says how probable every next one is.
// A recurrent network (LSTM) carries a state along the text; a transformer looks back at all letters of a window at once.

#include "draw.hpp"
#include "expect.hpp"

#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/optimise/clip.hpp>
#include <nn/optimise/optimiser.hpp>

using namespace seegrad;

namespace {

// William Blake, The Tyger, 1794.
constexpr std::string_view poem =
    "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\nCould frame thy fearful symmetry?\n\n"
    "In what distant deeps or skies,\nBurnt the fire of thine eyes?\nOn what wings dare he aspire?\nWhat the hand, dare seize the fire?\n\n"
    "And what shoulder, & what art,\nCould twist the sinews of thy heart?\nAnd when thy heart began to beat,\nWhat dread hand? & what dread feet?\n\n"
    "What the hammer? what the chain,\nIn what furnace was thy brain?\nWhat the anvil? what dread grasp,\nDare its deadly terrors clasp!\n";
constexpr index_t window = 32, batch = 16;

struct recurrent_model {
  nn::embedding letters;
  nn::lstm memory{32, 96, {.batch_first = true}};
  nn::linear next;
  auto operator()(const tensor& x) -> tensor { return next(memory(letters(x)).output); }  // [N, L, letters]
};

struct transformer_model {
  nn::embedding letters;
  nn::positional_encoding place{64, window, 0.0, true};
  std::vector<nn::transformer_encoder_layer> blocks = {};
  nn::linear next;
  auto operator()(const tensor& x) -> tensor {
    tensor h = place(letters(x));
    for (auto& block : blocks) h = block(h, {.is_causal = true});
    return next(h);
  }
};

struct alphabet {
  std::string letters;
  explicit alphabet(std::string_view text) : letters(text) {
    std::sort(letters.begin(), letters.end());
    letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
  }
  auto size() const -> index_t { return static_cast<index_t>(letters.size()); }
  auto numbers(std::string_view text) const -> array {
    std::vector<std::int64_t> n;
    for (const char c : text) n.push_back(static_cast<std::int64_t>(letters.find(c)));
    return n;
  }
};

// Windows that begin anywhere; what is to be said of each is the same, one letter later.
auto learn(auto& model, const array& text, int steps, double lr) -> std::vector<double> {
  generator random(19);
  nn::adam optimiser{{.lr = lr}};
  std::vector<double> losses;
  graph g;
  for (int step = 0; step < steps; ++step) {
    rewind_scope again;
    const array places = unsqueeze(randint(random, {batch}, 0, text.size() - window), 1) + arange(window);
    const tensor logits = model(take(text, places.cast(int64)));
    const tensor loss = nn::cross_entropy(flatten(logits, 0, 1), flatten(take(text, (places + 1.0).cast(int64))));
    backward(loss, adjoints::inputs);
    optimiser.step(model, nn::clip_grad_norm(model, 1.0));
    losses.push_back(loss.value().item());
    if (step % (steps / 5) == 0 || step == steps - 1) fmt::print("  step {:>4}   loss {:.3f}\n", step, losses.back());
  }
  return losses;
}

// Goes on from the beginning of a line with the most probable letter each time.
auto recite(auto& model, const alphabet& known, std::string text, int letters) -> std::string {
  for (int k = 0; k < letters; ++k) {
    const auto seen = text.size() > window ? text.substr(text.size() - window) : text;
    const array logits = model(unsqueeze(known.numbers(seen), 0)).value();  // nothing is recorded here
    text += known.letters[static_cast<std::size_t>(argmax(take(logits, array{-1}, 1)))];
  }
  return text;
}

}  // namespace

int main() {
  const alphabet known(poem);
  const array text = known.numbers(poem);
  const double guessing = std::log(static_cast<double>(known.size()));
  fmt::print("a poem of {} letters, {} of them different; guessing has a loss of {:.3f}\n", poem.size(), known.size(), guessing);

  nn::manual_seed(19);
  recurrent_model lstm{.letters = {known.size(), 32}, .next = {96, known.size()}};
  transformer_model transformer{.letters = {known.size(), 64}, .next = {64, known.size()}};
  for (int k = 0; k < 2; ++k)
    transformer.blocks.emplace_back(64, 4, nn::transformer_options{.dim_feedforward = 128, .dropout = 0, .batch_first = true});

  fmt::print("\nLSTM, {} parameters, recites at first: {}\n", nn::count_parameters(lstm), recite(lstm, known, "Tyger", 20));
  const auto of_lstm = learn(lstm, text, 300, 1e-2);
  const auto by_lstm = recite(lstm, known, "Tyger Tyger,", 200);
  fmt::print("LSTM recites:\n{}\n\ntransformer, {} parameters\n", by_lstm, nn::count_parameters(transformer));
  const auto of_transformer = learn(transformer, text, 500, 3e-3);
  const auto by_transformer = recite(transformer, known, "Tyger Tyger,", 200);
  fmt::print("transformer recites:\n{}\n\n", by_transformer);

  expectations expect;
  expect("LSTM begins by guessing", of_lstm.front(), guessing, 0.3);
  expect("both end below a loss of 0.3", of_lstm.back() < 0.3 && of_transformer.back() < 0.3);
  expect("LSTM recites the first two lines", by_lstm.starts_with(poem.substr(0, 56)));
  expect("transformer recites the first line", by_transformer.starts_with(poem.substr(0, 28)));

  plot losses("e19_sequence.svg");
  losses.title("E19: learning a poem by heart").x_label("step").y_label("loss, nats a letter").log_y();
  losses.line("LSTM", of_lstm).line("transformer", of_transformer);
  draw(losses);
  return expect.exit_code();
}
