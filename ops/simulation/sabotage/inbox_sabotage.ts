import { Hearing } from "../../../streams/host/hearing.ts";
import { Intake } from "../../../streams/host/intake.ts";
import type { Sabotage } from "./sabotage.ts";

/** What has not arrived yet when its position is passed is taken for new when it comes: only what is here is forgotten. */
export const withoutDropping: Sabotage = {
  install: () => {
    const intake = Intake.prototype.advance, hearing = Hearing.prototype.advance;
    Intake.prototype.advance = function (read) {
      const { until } = this;
      intake.call(this, until < read.sequence ? { sequence: until, hash: "", taken: 1, of: 1 } : read);
    };
    Hearing.prototype.advance = function (taken) {
      const seen = this.next - 1;
      hearing.call(this, seen < taken.sequence ? { sequence: seen, hash: "" } : taken);
    };
    return () => {
      Intake.prototype.advance = intake;
      Hearing.prototype.advance = hearing;
    };
  },
};
