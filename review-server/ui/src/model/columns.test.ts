import { expect, test } from "vitest";
import { movedColumn, readColumns, sizedColumn, toggledColumn, USUAL_COLUMNS } from "./columns";

const names = (columns: readonly { name: string }[]) => columns.map((one) => one.name).join(" ");

test("columns come and go, but for the control number", () => {
  expect(names(toggledColumn(USUAL_COLUMNS, "title"))).toBe("control_number custodian date type concepts hits");
  expect(names(toggledColumn(USUAL_COLUMNS, "path"))).toBe("control_number title custodian date type concepts hits path");
  expect(toggledColumn(USUAL_COLUMNS, "control_number")).toEqual(USUAL_COLUMNS);
  expect(names(readColumns([{ name: "gone", width: 9 }, { name: "title", width: 80 }]))).toBe("control_number title");
});

test("columns move and are sized within bounds", () => {
  expect(names(movedColumn(USUAL_COLUMNS, "date", -2))).toBe("control_number date title custodian type concepts hits");
  expect(names(movedColumn(USUAL_COLUMNS, "hits", 3))).toBe(names(USUAL_COLUMNS));
  expect(sizedColumn([{ name: "title", width: 80 }], "title", 5)).toEqual([{ name: "title", width: 48 }]);
});
