#include "commands/diagnose_command.h"

#include <gtest/gtest.h>

#include <memory>

namespace clicklens::cli {
namespace {

DiagnoseOptions options(const char* model) {
  DiagnoseOptions made;
  made.model = model;
  return made;
}

TEST(DiagnoseCommand, TheModelIsAWordOfAShell) {
  EXPECT_EQ(complete_command("clicklens refine MODEL -o OUT --prune proven", options("m.clens")),
            "clicklens refine m.clens -o OUT --prune proven");
  EXPECT_EQ(complete_command("clicklens refine MODEL -o OUT --prune proven", options("the model's")),
            "clicklens refine 'the model'\\''s' -o OUT --prune proven");
}

TEST(DiagnoseCommand, OtherNamesStayWhatTheyAre) {
  const char* command =
      "clicklens refine MODEL -o OUT --drop-group 'my MODEL group' --drop-group 'it'\\''s MODEL $(id)' --learn MODEL";
  EXPECT_EQ(complete_command(command, options("a b")),
            "clicklens refine 'a b' -o OUT --drop-group 'my MODEL group' --drop-group 'it'\\''s MODEL $(id)' --learn "
            "MODEL");
  EXPECT_EQ(complete_command("train on recent days", options("a b")), "train on recent days");
}

TEST(DiagnoseCommand, SaysHowTheDataWereRead) {
  DiagnoseOptions given = options("m.clens");
  given.task = "second task";
  given.read.label_column = "clicked";
  given.read.cluster_column = "user";
  given.read.single_rows = true;
  given.read.label_file = std::make_shared<LabelFile>("late labels.csv");
  const std::string reading =
      " --task='second task' --single-rows --label=clicked --cluster=user --labels='late labels.csv'";
  EXPECT_EQ(complete_command("clicklens refine MODEL -o OUT --calibrate platt --learn a.tsv", given),
            "clicklens refine m.clens -o OUT --calibrate platt --learn a.tsv" + reading);
  EXPECT_EQ(complete_command("look at what the host sends: clicklens profile MODEL a.tsv -o live.clprofile", given),
            "look at what the host sends: clicklens profile m.clens a.tsv -o live.clprofile" + reading);
  // each of several commands; a drift of profiles reads no data
  EXPECT_EQ(complete_command("clicklens profile MODEL a.tsv -o a && clicklens profile MODEL clicklens -o b && "
                             "clicklens drift a b --model MODEL",
                             given),
            "clicklens profile m.clens a.tsv -o a" + reading + " && clicklens profile m.clens clicklens -o b" +
                reading + " && clicklens drift a b --model m.clens");
}

}  // namespace
}  // namespace clicklens::cli
