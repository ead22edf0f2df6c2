#include "delta_options.h"

#include "commands/commands.h"
#include "print/print.h"
#include "shared_options.h"

namespace clicklens::cli {

void add_delta(CLI::App& app, const bool& json) {
  auto options = std::make_shared<DeltaOptions>();
  CLI::App* command = app.add_subcommand("delta", "What makes one model of another: made, described, applied");
  command->add_option("MODEL", options->models, "A B: a delta from A to B; with --apply: A alone")->expected(0, 2);
  CLI::Option* out =
      command->add_option("--out,-o", options->out, "File to write: the delta (.clensd); with --apply, the model")
          ->check(not_empty());
  CLI::Option* info = command->add_option("--info", options->info, "Describe this delta")->check(not_empty());
  CLI::Option* apply =
      command->add_option("--apply", options->apply, "Write what this delta makes of the model: B again")
          ->check(not_empty());
  CLI::Option* limit =
      command
          ->add_option("--limit", options->limit,
                       "Share of B's bytes that the delta may carry; past it, a new base serves better")
          ->check(share())
          ->capture_default_str();
  info->excludes(apply)->excludes(out)->excludes(limit);
  apply->excludes(limit);
  command->callback([options, info, apply, out, &json] {
    const std::size_t wanted = info->count() > 0 ? 0 : apply->count() > 0 ? 1 : 2;
    if (options->models.size() != wanted)
      throw CLI::ValidationError("MODEL", wanted == 0   ? "--info takes none"
                                          : wanted == 1 ? "--apply takes one, the base"
                                                        : "two are needed, A and B");
    if (wanted > 0 && out->count() == 0) throw CLI::RequiredError("--out");
    print(delta(*options), json);
  });
}

}  // namespace clicklens::cli
