#include "cli.h"
enum cli_exit cli_watch(const struct cli *cli, const struct cli_command *command)
{
    (void)cli;
    return cli_fail(CLI_FAILED, "%s", command->name);
}
