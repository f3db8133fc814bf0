package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The invoices of UCI's Online Retail: a purchase for each line with a customer and a quantity
 * above 0. All lines of an invoice have the time of its first. Times are of the shop's clock.
 */
final class OnlineRetail implements Format {
  private final Times times;

  OnlineRetail(Times times) {
    this.times = times;
  }

  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    Table given = Table.of(first);
    var table =
        new Table(
            given.separator(),
            given.columns().stream().map(name -> name.replace(" ", "")).toList());
    if (!table.has(
        "InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")) {
      throw new UnknownFileException(
          file,
          first,
          "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country");
    }
    file.lines().next();
    var invoices = new HashMap<String, Long>();
    table.read(file, out, row -> line(row, invoices, out));
  }

  private void line(Row row, Map<String, Long> invoices, Records out) throws IOException {
    String item = row.get("StockCode");
    long quantity = row.whole("Quantity");
    double price = row.number("UnitPrice");
    long time = row.millis("InvoiceDate", times);
    String customer = row.find("CustomerID");
    if (quantity <= 0) {
      out.leaveOut("lines of returns and corrections");
      return;
    }
    if (customer == null) {
      out.leaveOut("lines without a customer");
      return;
    }
    String title = row.find("Description");
    if (title == null) {
      out.item(item, "Item " + item);
    } else {
      out.describe(item).put("title", title).put("price", price);
    }
    String invoice = row.get("InvoiceNo");
    ObjectNode event =
        Records.JSON
            .createObjectNode()
            .put("user", customer.replaceFirst("\\.0$", ""))
            .put("item", item)
            .put("type", "purchase")
            .put("occurredAt", invoices.computeIfAbsent(invoice, _ -> time))
            .put("value", price)
            .put("quantity", quantity)
            .put("sessionId", invoice)
            .put("service", "online-retail");
    String country = row.find("Country");
    if (country != null) {
      event.putObject("context").put("country", country);
    }
    out.event(row, event);
  }
}
